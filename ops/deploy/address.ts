import { isIP } from 'node:net'

/** Where to look for a droplet, from the surest to the vaguest. */
const SOURCES = ['flag', 'state', 'provider', 'dns'] as const
export type AddressSource = (typeof SOURCES)[number]
export type AddressLooks = Record<AddressSource, () => Promise<string | undefined>>
export type Tried = { source: AddressSource; found?: string; why?: string }
export type Resolved =
  { ok: true; address: string; source: AddressSource; tried: Tried[] } | { ok: false; tried: Tried[] }

/** R8: the first that answers. One that fails is passed over, and remembered with its reason. */
export async function resolveAddress(looks: AddressLooks): Promise<Resolved> {
  const tried: Tried[] = []
  for (const source of SOURCES) {
    const one = await look(source, looks[source])
    tried.push(one)
    if (one.found !== undefined) return { ok: true, address: one.found, source, tried }
  }
  return { ok: false, tried }
}

async function look(source: AddressSource, ask: () => Promise<string | undefined>): Promise<Tried> {
  try {
    const found = (await ask())?.trim()
    if (!found) return { source, why: 'nothing there' }
    if (source !== 'flag' && isIP(found) === 0) return { source, why: `no address: ${found.slice(0, 60)}` }
    return { source, found }
  } catch (error) {
    return { source, why: error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error) }
  }
}

const NAMES: Record<AddressSource, string> = {
  flag: 'DEPLOY_HOST',
  state: 'the last deploy from here',
  provider: 'the cloud account',
  dns: 'the name system',
}

/** For a person: which it was, or what each said. */
export function resolvedAdvice(resolved: Resolved): string[] {
  if (resolved.ok) return [`The droplet is at ${resolved.address} (from ${NAMES[resolved.source]}).`]
  return [
    'No droplet was found:',
    ...resolved.tried.map(({ source, why }) => `  ${NAMES[source]}: ${why}`),
    'Next: set DEPLOY_HOST to its address, or make one with --full. What needs no droplet goes on.',
  ]
}
