import { BlockList, isIP } from 'node:net'
import type { Request } from 'express'
import type { Env } from '@latchkey/shared/env'
import { groupsOf } from '../sessions/binding.ts'

type Hop = Pick<Request, 'socket' | 'headers'>

/**
 * Who is asking: the last hop that is not one of our own proxies, read from the right. What a caller writes into the
 * header stands to the left of what a proxy of ours has added, so it is never reached. Without trusted proxies the
 * header is not read at all.
 */
export function clientAddressOf({
  TRUSTED_PROXIES,
}: Pick<Env, 'TRUSTED_PROXIES'>): (req: Hop) => string | null {
  const ours = blockListOf(TRUSTED_PROXIES)
  return ({ socket, headers }) => {
    const peer = plain(socket.remoteAddress ?? '')
    if (!isOurs(ours, peer)) return peer || null
    let nearest = peer
    for (const hop of hopsOf(headers['x-forwarded-for']).reverse()) {
      // A proxy of ours that passes on something that is no address vouches for nobody beyond itself.
      if (!isIP(hop)) return nearest
      nearest = hop
      if (!isOurs(ours, hop)) return hop
    }
    return nearest
  }
}

/** What is counted: an IPv6 line is given a /64, so its neighbours are one. */
export function countedAddress(ip: string | null): string {
  if (!ip) return 'unknown'
  return ip.includes(':') ? `${groupsOf(ip).slice(0, 4).join(':')}::/64` : ip
}

const hopsOf = (header: string | string[] | undefined): string[] =>
  [header ?? []]
    .flat()
    .join(',')
    .split(',')
    .map((hop) => plain(hop.trim()))
    .filter(Boolean)

/** Mapped IPv4 is IPv4; an address of one link means nothing elsewhere without its zone. */
function plain(address: string): string {
  const [bare = ''] = address.split('%')
  return /^::ffff:\d+\.\d+\.\d+\.\d+$/i.test(bare) ? bare.slice(7) : bare.toLowerCase()
}

function isOurs(ours: BlockList, address: string): boolean {
  const family = isIP(address)
  return family !== 0 && ours.check(address, family === 6 ? 'ipv6' : 'ipv4')
}

function blockListOf(ranges: readonly string[]): BlockList {
  const list = new BlockList()
  for (const range of ranges) {
    const [address = '', bits] = range.split('/')
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4'
    list.addSubnet(address, Number(bits ?? (family === 'ipv6' ? 128 : 32)), family)
  }
  return list
}
