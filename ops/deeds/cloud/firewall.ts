import type { Made } from '../droplet-provider.ts'
import type { Ask } from './ask.ts'
import { CloudFailed } from './cloud-failed.ts'
import { type ApiFirewall, firewalls, oneFirewall } from './shapes.ts'

/** Who may come in, beside everybody at 80 and 443: by SSH, everybody too, unless it is told from where or was narrowed there. */
export type Firewall = { name: string; dropletId: number; sshPort?: number; sshFrom?: string[] }

const EVERYWHERE = ['0.0.0.0/0', '::/0']
type Rules = Pick<ApiFirewall, 'inbound_rules' | 'outbound_rules'>

type Inbound = Rules['inbound_rules'][number]

const open = (ports: string, addresses = EVERYWHERE): Inbound => ({
  ...{ protocol: 'tcp', ports },
  sources: { addresses },
})

function rulesOf({ sshPort = 22, sshFrom }: Firewall, found?: ApiFirewall): Rules {
  const port = String(sshPort)
  const ssh = sshFrom ? open(port, sshFrom) : (narrowed(found, port) ?? open(port))
  return {
    inbound_rules: [ssh, open('80'), open('443')],
    outbound_rules: (['tcp', 'udp', 'icmp'] as const).map((protocol) => ({
      ...{ protocol, ports: '0' },
      destinations: { addresses: EVERYWHERE },
    })),
  }
}

/** Whoever let in fewer than everybody did not mean to be corrected. */
const narrowed = (found: ApiFirewall | undefined, port: string): Inbound | undefined =>
  found?.inbound_rules.find(
    ({ protocol, ports, sources }) =>
      protocol === 'tcp' && ports === port && !sources.addresses.some((one) => EVERYWHERE.includes(one)),
  )

export async function ensureFirewall(ask: Ask, wanted: Firewall): Promise<Made<{ id: string }>> {
  const pages = await ask.all(firewalls, '/v2/firewalls')
  const [found, another] = pages
    .flatMap((page) => page.firewalls)
    .filter((firewall) => firewall.name === wanted.name)
  if (another) throw new CloudFailed('unfit', `Two firewalls are called ${wanted.name}.`)
  if (!found) {
    const body = { name: wanted.name, ...rulesOf(wanted), droplet_ids: [wanted.dropletId] }
    const made = await ask.one(oneFirewall, { method: 'POST', path: '/v2/firewalls', body })
    return { id: made.firewall.id, outcome: 'made' }
  }
  if (isAsWanted(found, wanted)) return { id: found.id, outcome: 'as it was' }
  const ids = [...new Set([...(found.droplet_ids ?? []), wanted.dropletId])]
  const body = { name: wanted.name, ...rulesOf(wanted, found), droplet_ids: ids, tags: found.tags ?? [] }
  await ask.one(oneFirewall, { method: 'PUT', path: `/v2/firewalls/${encodeURIComponent(found.id)}`, body })
  return { id: found.id, outcome: 'changed' }
}

const isAsWanted = (found: ApiFirewall, wanted: Firewall): boolean =>
  (found.droplet_ids ?? []).includes(wanted.dropletId) && printOf(found) === printOf(rulesOf(wanted, found))

/** The provider gives rules back in another order, and "all" as 0. */
function printOf({ inbound_rules, outbound_rules }: Rules): string {
  const lineOf = (protocol: string, ports: string, addresses: string[]) =>
    `${protocol} ${ports === 'all' || ports === '' ? '0' : ports} ${[...addresses].sort().join(',')}`
  const inbound = inbound_rules.map((rule) => lineOf(rule.protocol, rule.ports, rule.sources.addresses))
  const outbound = outbound_rules.map((rule) =>
    lineOf(rule.protocol, rule.ports, rule.destinations.addresses),
  )
  return JSON.stringify([inbound.sort(), outbound.sort()])
}
