import { lookup } from 'node:dns/promises'
import { once } from 'node:events'
import { connect, isIP } from 'node:net'
import type { Check } from '../checks/verdict.ts'
import type { Settings } from '../settings.ts'
import { shakeHands } from '../tls/handshake.ts'

/** How to ask the world outside; a test has a world of its own. */
export type World = {
  resolve(name: string): Promise<string[]>
  isOpen(address: string, port: number): Promise<boolean>
  ports: { http: number; https: number }
}

const PATIENCE_MS = 3000
const DAY_MS = 86_400_000
const DAYS_LEFT = 14

export const theWorld: World = {
  resolve: async (name) => (await lookup(name, { all: true }).catch(() => [])).map(({ address }) => address),
  async isOpen(host, port) {
    const socket = connect({ host, port })
    try {
      await once(socket, 'connect', { signal: AbortSignal.timeout(PATIENCE_MS) })
      return true
    } catch {
      return false
    } finally {
      socket.on('error', () => {})
      socket.destroy()
    }
  },
  ports: { http: 80, https: 443 },
}

/** What the settings name, seen from here. */
export async function placeChecks(settings: Settings, world: World = theWorld): Promise<Check[]> {
  const { WEBSITE_DOMAIN: domain, ADMIN_DNS_LABEL: label, DEPLOY_HOST: host } = settings
  const found = await world.resolve(domain)
  const address = host ?? found[0]
  const names = [nameCheck(domain, found, host), await adminCheck(`${label}.${domain}`, found, world)]
  if (address === undefined) return [...names, ...unreached()]
  return [
    ...names,
    ...(await portChecks(address, settings, world)),
    await certificateCheck(domain, address, world),
  ]
}

function nameCheck(domain: string, found: string[], host: string | undefined): Check {
  const name = `DNS ${domain}`
  if (found.length === 0)
    return {
      name,
      verdict: 'fail',
      says: 'leads nowhere',
      next: `an A record for ${domain}, or npm run deploy -- --full`,
    }
  if (host !== undefined && isIP(host) !== 0 && !found.includes(host))
    return {
      name,
      verdict: 'warn',
      says: `leads to ${found.join(', ')}, and not to DEPLOY_HOST`,
      next: 'mend the record, or DEPLOY_HOST',
    }
  return { name, verdict: 'pass', says: found.join(', ') }
}

async function adminCheck(admin: string, found: string[], world: World): Promise<Check> {
  const there = await world.resolve(admin)
  const isSame = there.some((address) => found.includes(address))
  if (isSame) return { name: `DNS ${admin}`, verdict: 'pass', says: there.join(', ') }
  const says = there.length === 0 ? 'leads nowhere' : 'leads somewhere else'
  return { name: `DNS ${admin}`, verdict: 'warn', says, next: `a CNAME record of ${admin}` }
}

const PORTS = ['ssh', 'http', 'https'] as const

async function portChecks(address: string, settings: Settings, { isOpen, ports }: World): Promise<Check[]> {
  const numbers = { ssh: settings.DEPLOY_SSH_PORT, ...ports }
  return Promise.all(
    PORTS.map(async (name): Promise<Check> => {
      const port = numbers[name]
      if (await isOpen(address, port)) return { name, verdict: 'pass', says: `${address}:${port} answers` }
      const next =
        name === 'ssh'
          ? 'npm run firewall, on that machine, and the firewall of the cloud'
          : 'npm run deploy -- --update-only'
      return { name, verdict: 'fail', says: `nobody answers at ${address}:${port}`, next }
    }),
  )
}

async function certificateCheck(host: string, address: string, { ports }: World): Promise<Check> {
  const shake = await shakeHands({ host, address, port: ports.https, httpPort: ports.http })
  if (!shake.shaken)
    return { name: 'certificate', verdict: 'not-checked', says: `no handshake (${shake.code})` }
  const daysLeft = Math.floor((Date.parse(shake.certificate.valid_to) - Date.now()) / DAY_MS)
  const verdict = daysLeft < 0 ? 'fail' : daysLeft < DAYS_LEFT ? 'warn' : 'pass'
  const says = daysLeft < 0 ? 'is over' : `ends in ${daysLeft} days`
  return {
    name: 'certificate',
    verdict,
    says,
    ...(verdict !== 'pass' && { next: `npm run test-tls -- --host ${host}` }),
  }
}

const unreached = (): Check[] =>
  [...PORTS, 'certificate'].map((name) => ({
    name,
    verdict: 'not-checked',
    says: 'there is no address to ask',
  }))
