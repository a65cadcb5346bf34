import { resolve4, resolve6 } from 'node:dns/promises'
import { isIP, isIPv6 } from 'node:net'
import { checkServerIdentity } from 'node:tls'
import { z } from 'zod'
import { ownAddresses, tellTime } from '../commands/droplet.ts'
import { makeFolder, writeFile } from '../commands/files.ts'
import { adminHostOf, siteOf, wwwOf } from '../edge/names.ts'
import { shakeHands } from '../tls/handshake.ts'
import { Unusable } from '../unusable.ts'
import { edgeSettingsOf } from './edge-settings.ts'
import { findFile } from './find-file.ts'
import type { Ground } from './ground.ts'
import { insist } from './insist.ts'

/** The world as it looks from here. */
export type Outside = {
  /** Every address of a name, of both kinds; none where there is no such name. */
  lookup(name: string): Promise<string[]>
  /** Whether a certificate that the world believes is shown for it already. */
  isCertified(name: string, address: string): Promise<boolean>
}

/** Five failed tries within an hour, and the authority hears no more of that name. */
const PAUSE_SECONDS = 12 * 60

/**
 * O6: the names for which Traefik will ask for a certificate that counts. Before anything is changed it is said what
 * would make that try fail, and whether the last one is too short a while ago. Without a typed host nobody is asked.
 */
export async function namesToCertify(ground: Ground, address: string, outside = theWorld): Promise<string[]> {
  if (ground.typedHost === undefined) return []
  const names = namesOf(ground)
  const own = await addressesOfDroplet(ground, address, outside)
  const astray = await Promise.all(names.map((name) => strayOf(name, own, outside)))
  refuseAstray(astray.filter((one) => one !== undefined))
  const certified = await Promise.all(names.map((name) => outside.isCertified(name, address)))
  const missing = names.filter((_, nth) => !certified[nth])
  refuseTooSoon(await readTries(ground), missing, await timeOf(ground))
  return missing
}

/** When Traefik is told to ask, by the clock of the droplet: whoever deploys next may sit at another machine. */
export async function recordTries(ground: Ground, names: readonly string[]): Promise<void> {
  if (names.length === 0) return
  const now = await timeOf(ground)
  const kept = Object.entries(await readTries(ground)).filter(([, at]) => waitOf(at, now) > 0)
  const tries = { ...Object.fromEntries(kept), ...Object.fromEntries(names.map((name) => [name, now])) }
  await insist(ground, 'The folder for state cannot be made', makeFolder('state'))
  await insist(ground, 'The try cannot be written down', writeFile(FILE, '0600'), {
    stdin: `${JSON.stringify(tries, undefined, 2)}\n`,
  })
}

function namesOf({ settings }: Ground): string[] {
  const edge = edgeSettingsOf(settings)
  return [siteOf(edge), wwwOf(edge), adminHostOf(edge)].filter((name) => name !== undefined)
}

/** What it is reached by, and the addresses of IPv6 that it knows of itself: the authority prefers those. */
async function addressesOfDroplet(ground: Ground, address: string, { lookup }: Outside): Promise<string[]> {
  const { stdout } = await ground.run(ownAddresses())
  const reached = isIP(address) === 0 ? await lookup(address) : [address]
  const itself = stdout.split(/\s+/).filter((one) => isIPv6(one) && !isInner(one))
  return [...reached, ...itself].map(plain)
}

const isInner = (address: string): boolean => /^(?:f[cd]|fe[89ab])/i.test(address)
/** One address of IPv6 is written in many ways. */
const plain = (address: string): string =>
  isIPv6(address) ? new URL(`http://[${address}]`).hostname : address

async function strayOf(
  name: string,
  own: readonly string[],
  { lookup }: Outside,
): Promise<string | undefined> {
  const found = await lookup(name)
  if (found.length === 0) return `${name} leads nowhere`
  const foreign = found.filter((address) => !own.includes(plain(address)))
  return foreign.length === 0 ? undefined : `${name} leads to ${foreign.join(' and ')}`
}

function refuseAstray(astray: readonly string[]): void {
  if (astray.length === 0) return
  throw new Unusable(
    'A certificate that counts would be asked for in vain: its names have to lead to the droplet, and to nowhere else.',
    ...astray.map((one) => `  - ${one}`),
    'Next: mend these records, wait until dig +short NAME shows it, and run the same again. Nothing was changed.',
  )
}

function refuseTooSoon(tries: Tries, names: readonly string[], now: number): void {
  const wait = Math.max(0, ...names.map((name) => waitOf(tries[name] ?? 0, now)))
  if (wait === 0) return
  throw new Unusable(
    `A certificate for ${names.join(', ')} was asked for less than ${PAUSE_SECONDS / 60} minutes ago, and is not there.`,
    'After five failures within an hour the authority hears no more of a name. docker compose logs traefik says why it failed.',
    `Next: run the same again in ${Math.ceil(wait / 60)} min. Nothing was changed.`,
  )
}

/** A time that has yet to come was written by a clock that was wrong, and stops nobody. */
function waitOf(at: number, now: number): number {
  const left = at + PAUSE_SECONDS - now
  return left > PAUSE_SECONDS ? 0 : Math.max(0, left)
}

const FILE = 'state/certificate-tries.json'
const triesSchema = z.record(z.string(), z.int().min(0))
type Tries = Readonly<Record<string, number>>

async function readTries(ground: Ground): Promise<Tries> {
  const text = await findFile(ground, FILE)
  if (text === undefined) return {}
  const read = triesSchema.safeParse(parsed(text))
  if (read.success) return read.data
  throw new Unusable(
    `${FILE} on the droplet is not what a deploy has written.`,
    `Next: look at it there; rm ${FILE} forgets when certificates were asked for.`,
  )
}

const timeOf = async (ground: Ground): Promise<number> =>
  Number(await insist(ground, 'The droplet does not say what time it is', tellTime()))

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

export const theWorld: Outside = {
  // Not as programs look here, who believe /etc/hosts first: the authority has only the name system.
  async lookup(name) {
    const found = await Promise.allSettled([resolve4(name), resolve6(name)])
    return found.flatMap((one) => (one.status === 'fulfilled' ? one.value : []))
  },
  async isCertified(name, address) {
    const shaken = await shakeHands({ host: name, address, port: 443, httpPort: 80 })
    return shaken.shaken && shaken.trusted && checkServerIdentity(name, shaken.certificate) === undefined
  },
}
