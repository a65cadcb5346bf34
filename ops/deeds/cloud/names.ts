import type { Made } from '../droplet-provider.ts'
import type { Ask, Question } from './ask.ts'
import { CloudFailed } from './cloud-failed.ts'
import { type ApiRecord, domains, oneDomain, oneRecord, records } from './shapes.ts'

/** Names that are to lead to the droplet: the domain itself, and each label in front of it. */
export type Wanted = { domain: string; labels: string[]; v4: string; v6?: string }
type Entry = { name: string; type: 'A' | 'AAAA'; data: string }

/** Short, so that a droplet that was made anew is found soon. */
const TTL_SECONDS = 300

export async function ensureRecords(
  ask: Ask,
  wanted: Wanted,
): Promise<Made<{ zone: string; changes: string[] }>> {
  const { zone, isNew } = await ensureZone(ask, wanted.domain)
  const path = `/v2/domains/${encodeURIComponent(zone)}/records`
  const pages = await ask.all(records, path)
  const present = pages.flatMap((page) => page.domain_records)
  // All of them are judged before the first is touched.
  const writes = entriesOf(wanted, zone).flatMap((entry) => writeOf(path, present, entry))
  for (const { question } of writes) await ask.one(oneRecord, question)
  const changes = writes.map(({ change }) => change)
  return { zone, changes, outcome: isNew ? 'made' : changes.length > 0 ? 'changed' : 'as it was' }
}

/** The closest zone of the account that the domain lies in. */
async function ensureZone(ask: Ask, domain: string): Promise<{ zone: string; isNew: boolean }> {
  const pages = await ask.all(domains, '/v2/domains')
  const [zone] = pages
    .flatMap((page) => page.domains.map(({ name }) => name))
    .filter((name) => domain === name || domain.endsWith(`.${name}`))
    .sort((one, other) => other.length - one.length)
  if (zone !== undefined) return { zone, isNew: false }
  await ask.one(oneDomain, { method: 'POST', path: '/v2/domains', body: { name: domain } })
  return { zone: domain, isNew: true }
}

function entriesOf({ domain, labels, v4, v6 }: Wanted, zone: string): Entry[] {
  const inZone = domain === zone ? '' : domain.slice(0, -zone.length - 1)
  const names = ['', ...labels].map((label) => [label, inZone].filter(Boolean).join('.') || '@')
  return [...new Set(names)].flatMap((name) => [
    { name, type: 'A' as const, data: v4 },
    ...(v6 ? [{ name, type: 'AAAA' as const, data: v6 }] : []),
  ])
}

function writeOf(path: string, present: ApiRecord[], entry: Entry): { question: Question; change: string }[] {
  const { name, type, data } = entry
  const there = present.filter((record) => record.name === name)
  if (there.some((record) => record.type === 'CNAME'))
    throw new CloudFailed('unfit', `${name} is an alias (CNAME) of something else.`)
  const [found, another] = there.filter((record) => record.type === type)
  if (another) throw new CloudFailed('unfit', `${name} has several ${type} records, and one is to stay.`)
  const body = { ...entry, ttl: TTL_SECONDS }
  if (!found) return [{ question: { method: 'POST', path, body }, change: `${type} ${name} made: ${data}` }]
  if (isSame(found.data, data)) return []
  const change = `${type} ${name} changed from ${found.data} to ${data}`
  return [{ question: { method: 'PUT', path: `${path}/${found.id}`, body }, change }]
}

/** An IPv6 address can be written in many ways. */
const isSame = (one: string, other: string): boolean => normal(one) === normal(other)
const normal = (address: string): string =>
  address.includes(':') ? new URL(`http://[${address}]`).hostname : address
