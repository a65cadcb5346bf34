import { BlockList, isIP, isIPv6 } from 'node:net'
import { Advice } from '../launch/advice.mjs'

/** Networks of homes, offices and machines themselves: whoever is seen from there is not seen by the edge. */
const INNER = new BlockList()
for (const [network, bits] of [
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
] as const)
  INNER.addSubnet(network, bits, 'ipv4')
for (const [network, bits] of [
  ['::1', 128],
  ['fc00::', 7],
  ['fe80::', 10],
] as const)
  INNER.addSubnet(network, bits, 'ipv6')

/** How one person stands in a list. In IPv6 it is their network: the rest of the address changes every day. */
export function entryOf(address: string): string {
  const said = address.trim()
  if (isIP(said) === 0 || said.includes('%'))
    throw new Advice('That is no address.', 'Next: npm run update-allowlist -- --address 203.0.113.7')
  if (INNER.check(said, isIPv6(said) ? 'ipv6' : 'ipv4'))
    throw new Advice(
      `${said} is an address of an inner network, and the edge sees another one of yours.`,
      'Next: ask from outside: npm run update-allowlist -- --ask https://…, an address that answers with yours',
    )
  return isIPv6(said) ? `${networkOf(said)}/64` : `${said}/32`
}

/** The first half, written in full and then as short as URLs write it. */
function networkOf(address: string): string {
  const groups = new URL(`http://[${address}]`).hostname.slice(1, -1)
  const [head = '', tail = ''] = groups.split('::')
  const left = head.split(':').filter(Boolean)
  const right = tail.split(':').filter(Boolean)
  const whole = groups.includes('::')
    ? [...left, ...Array<string>(8 - left.length - right.length).fill('0'), ...right]
    : left
  return new URL(`http://[${whole.slice(0, 4).join(':')}::]`).hostname.slice(1, -1)
}
