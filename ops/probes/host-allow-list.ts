import { judge } from './finding.ts'
import type { Probe } from './probe.ts'
import { openSite, type Site } from './site.ts'

export const hostAllowList: Probe = {
  name: 'hostAllowList',
  file: 'meta/host-allow-list.json',
  question: 'Is a request refused that asks for another host?',
  next: 'look at the rules of the edge and at ALLOWED_HOSTS and PUBLIC_URL of the server',
  async ask({ site }) {
    const own = await site.ask('/api/health')
    const asked = []
    for (const host of foreignHosts(site.origin)) {
      const status = await statusFor(site, host)
      asked.push({ host, status })
    }
    const served = asked.filter(({ status }) => status !== 'refused' && !REFUSALS.includes(status))
    const stranger = await statusOfForeignName(site)
    return judge(
      [
        ...(own.status === 200 ? [] : [`under its own name it answered ${own.status}`]),
        ...served.map(({ host, status }) => `Host ${JSON.stringify(host)} was answered with ${status}`),
        ...(stranger === undefined || stranger === 'refused' || REFUSALS.includes(stranger)
          ? []
          : [`a TLS connection for ${UNKNOWN} was answered with ${stranger}`]),
      ],
      `${asked.length} foreign hosts were refused.`,
      {
        asked: asked.length,
        byStatus: countBy(asked.map(({ status }) => String(status))),
        foreignName: stranger ?? 'no TLS here',
      },
    )
  },
}

const REFUSALS = [400, 403, 404, 421]
const UNKNOWN = 'unknown.invalid'

const statusFor = (site: Site, host: string): Promise<number | 'refused'> =>
  site.ask('/api/health', { headers: { host } }).then(
    ({ status }) => status,
    () => 'refused' as const,
  )

/** Under a name that no certificate of ours is for. */
async function statusOfForeignName({ origin, address }: Site): Promise<number | 'refused' | undefined> {
  if (origin.protocol !== 'https:') return undefined
  const port = origin.port ? `:${origin.port}` : ''
  const other = openSite({
    origin: `https://${UNKNOWN}${port}`,
    address: address ?? origin.hostname,
    trustsAnybody: true,
  })
  try {
    return await statusFor(other, other.origin.host)
  } finally {
    other.close()
  }
}

/** Neighbours, disguises and nonsense: what looks like ours to a careless eye. */
export function foreignHosts({ hostname, port, host }: URL): string[] {
  const isLoopback = ['localhost', '127.0.0.1', '[::1]'].includes(hostname)
  const at = port ? `:${port}` : ''
  const crafted = [
    UNKNOWN,
    'example.com',
    `${hostname}.${UNKNOWN}${at}`,
    `${UNKNOWN}.${hostname}${at}`,
    `not${hostname}${at}`,
    `${hostname}x${at}`,
    `${hostname}.${at}`,
    `${hostname}:1`,
    `${hostname}:${port || 443}0`,
    `${hostname}@${UNKNOWN}`,
    `${UNKNOWN}@${host}x`,
    `${host},${UNKNOWN}`,
    `${UNKNOWN},${host}`,
    `${host} ${UNKNOWN}`,
    `${host}/${UNKNOWN}`,
    `${host}#`,
    `${host}?`,
    `${host}%00`,
    `${host}\\`,
    `*`,
    `*.${hostname}`,
    `_${host}`,
    `server-a:8000`,
    'server',
    'postgres:5432',
    'admin.internal',
    '0.0.0.0',
    '169.254.169.254',
    '10.0.0.1',
    '[::]',
    '[::ffff:7f00:1]',
    '2130706433',
    '0x7f.1',
    'metadata.google.internal',
    ...(isLoopback ? [] : ['localhost', '127.0.0.1', '[::1]', `localhost${at}`]),
  ]
  const numbered = Array.from(
    { length: 200 - crafted.length },
    (_, nth) => `host-${nth}.${UNKNOWN}${nth % 2 ? at : ''}`,
  )
  return [...crafted, ...numbered]
}

const countBy = (values: string[]): Record<string, number> =>
  Object.fromEntries([...Map.groupBy(values, (value) => value)].map(([value, all]) => [value, all.length]))
