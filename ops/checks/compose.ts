import { SECRET_KEYS } from '@latchkey/shared/secret-files'
import type { Compose, Service } from './compose-file.ts'
import { doubtful, type Finding, wrong } from './finding.ts'

const SLOTS = ['server-a', 'server-b'] as const
const SERVICES = ['traefik', ...SLOTS, 'jobs', 'migrate', 'postgres', 'redis'] as const

/** Which networks each must be in, and may be in. `data` leads nowhere; who is in it alone cannot be reached. */
const NETWORKS: Record<(typeof SERVICES)[number], { must: string[]; mayNot: string[] }> = {
  traefik: { must: ['edge'], mayNot: ['data'] },
  'server-a': { must: ['edge', 'data'], mayNot: [] },
  'server-b': { must: ['edge', 'data'], mayNot: [] },
  jobs: { must: ['data'], mayNot: ['edge'] },
  migrate: { must: ['data'], mayNot: ['edge'] },
  postgres: { must: ['data'], mayNot: ['edge'] },
  redis: { must: ['data'], mayNot: ['edge'] },
}

type Rule = { holds: (service: Service, name: string) => boolean; what: string; next: string }

/** What holds for every container (N1). */
const RULES: readonly Rule[] = [
  {
    holds: ({ ports }, name) => name === 'traefik' || ports.length === 0,
    what: 'publishes a port, and only traefik may (Q3)',
    next: 'take its `ports` away',
  },
  {
    holds: ({ network_mode, pid, ipc }) =>
      ![network_mode, pid, ipc].some((mode) => mode === 'host') && !network_mode?.startsWith('container:'),
    what: 'shares a namespace of the host',
    next: 'take `network_mode`, `pid` and `ipc` away',
  },
  { holds: ({ privileged }) => !privileged, what: 'is privileged', next: 'take `privileged` away' },
  {
    holds: ({ read_only }) => read_only,
    what: 'may write to its root',
    next: 'read_only: true, and a tmpfs for what it writes',
  },
  {
    holds: ({ cap_drop }) => cap_drop.includes('ALL'),
    what: 'keeps capabilities',
    next: 'cap_drop: [ALL]',
  },
  {
    holds: ({ cap_add }) => cap_add.every((one) => HARMLESS.has(one)),
    what: 'is given a capability that none of ours needs',
    next: `cap_add: at most ${['NET_BIND_SERVICE', 'CHOWN', 'SETUID', 'SETGID', 'FOWNER', 'DAC_OVERRIDE'].join(', ')}`,
  },
  {
    holds: ({ security_opt }) => security_opt.some((one) => /^no-new-privileges(:true|=true)?$/.test(one)),
    what: 'may gain privileges',
    next: 'security_opt: [no-new-privileges:true]',
  },
  {
    holds: ({ security_opt }) => !security_opt.some((one) => one.includes('unconfined')),
    what: 'is outside of the usual confinement',
    next: 'take `unconfined` out of its security_opt',
  },
  {
    holds: (service) => limitsOf(service).memory,
    what: 'has no limit of memory',
    next: 'mem_limit, or deploy.resources.limits.memory',
  },
  {
    holds: (service) => limitsOf(service).cpus,
    what: 'has no limit of processors',
    next: 'cpus, or deploy.resources.limits.cpus',
  },
  {
    holds: (service) => limitsOf(service).pids,
    what: 'has no limit of processes',
    next: 'pids_limit, or deploy.resources.limits.pids',
  },
  {
    holds: ({ volumes }) => !volumes.some((volume) => sourceOf(volume).includes('docker.sock')),
    what: 'holds the socket of the engine, and with it the host',
    next: 'take docker.sock out of its volumes',
  },
  {
    holds: ({ healthcheck }, name) =>
      name === 'migrate' || (healthcheck !== undefined && !healthcheck.disable),
    what: 'has no health check (Q2)',
    next: 'healthcheck, which asks what its users ask',
  },
  {
    holds: ({ restart = 'no' }, name) => (name === 'migrate') !== /^(unless-stopped|always)$/.test(restart),
    what: 'is not started again as it should be (Q10)',
    next: 'restart: unless-stopped, and none for migrate, which ends',
  },
  {
    holds: ({ environment }) => !SHOWN.some((key) => key in asRecord(environment)),
    what: 'holds a secret in its environment, where docker inspect shows it (L1)',
    next: '<NAME>_FILE: /run/secrets/<name>, and its name under `secrets`',
  },
]

const HARMLESS: ReadonlySet<string> = new Set([
  'NET_BIND_SERVICE',
  'CHOWN',
  'SETUID',
  'SETGID',
  'FOWNER',
  'DAC_OVERRIDE',
])
const SHOWN: readonly string[] = [
  ...SECRET_KEYS,
  'POSTGRES_PASSWORD',
  'PGPASSWORD',
  'REDIS_PASSWORD',
  'DO_API_TOKEN',
]

/** What compose.yaml promises, before anything runs (R28). Pure: `docker inspect` says later what was kept of it. */
export function composeFindings(compose: Compose, where: string): Finding[] {
  const at = (name: string) => `${where}: ${name}`
  const missing = SERVICES.filter((name) => !(name in compose.services)).map((name) =>
    wrong(where, `has no service ${name} (Q1)`, `git log -p -- ${where}`),
  )
  const each = Object.entries(compose.services).flatMap(([name, service]) =>
    RULES.filter(({ holds }) => !holds(service, name)).map(({ what, next }) => wrong(at(name), what, next)),
  )
  return [
    ...missing,
    ...each,
    ...portFindings(compose, at('traefik')),
    ...networkFindings(compose, where),
    ...orderFindings(compose, where),
    ...imageFindings(compose, where),
  ]
}

function portFindings({ services }: Compose, where: string): Finding[] {
  const published = (services['traefik']?.ports ?? []).map(publishedOf)
  const others = published.filter((port) => port !== '80' && port !== '443')
  if (!services['traefik'] || (others.length === 0 && published.includes('443') && published.includes('80')))
    return []
  return [
    wrong(
      where,
      `publishes ${published.join(', ') || 'nothing'} instead of 80 and 443 (P1)`,
      "ports: ['80:80', '443:443']",
    ),
  ]
}

function networkFindings({ services, networks }: Compose, where: string): Finding[] {
  const data = networks['data']?.internal
    ? []
    : [wrong(`${where}: networks.data`, 'leads to the outside (Q5)', 'internal: true')]
  const each = SERVICES.filter((name) => services[name]).flatMap((name) => {
    const inside = namesIn(services[name]?.networks ?? [])
    const { must, mayNot } = NETWORKS[name]
    const lacks = must.filter((network) => !inside.includes(network))
    const has = mayNot.filter((network) => inside.includes(network))
    return [
      ...lacks.map((network) =>
        wrong(`${where}: ${name}`, `is not in ${network} (Q5)`, `networks: [${must.join(', ')}]`),
      ),
      ...has.map((network) =>
        wrong(`${where}: ${name}`, `is in ${network} (Q5)`, `take ${network} out of its networks`),
      ),
    ]
  })
  return [...data, ...each]
}

function orderFindings({ services }: Compose, where: string): Finding[] {
  const waits: [string, string, string][] = [
    ...[...SLOTS, 'jobs'].map((name): [string, string, string] => [
      name,
      'migrate',
      'service_completed_successfully',
    ]),
    ['migrate', 'postgres', 'service_healthy'],
  ]
  return waits
    .filter(([name]) => services[name])
    .filter(([name, other, condition]) => conditionOf(services[name], other) !== condition)
    .map(([name, other, condition]) =>
      wrong(
        `${where}: ${name}`,
        `does not wait for ${other} (Q2)`,
        `depends_on: { ${other}: { condition: ${condition} } }`,
      ),
    )
}

const imageFindings = ({ services }: Compose, where: string): Finding[] =>
  Object.entries(services)
    .filter(([, { image }]) => image !== undefined && (!/[:@]/.test(image) || image.endsWith(':latest')))
    .map(([name, { image }]) =>
      doubtful({
        where: `${where}: ${name}`,
        what: `runs ${image}, which is another one tomorrow`,
        next: 'a version, or a digest',
      }),
    )

function limitsOf({ mem_limit, cpus, pids_limit, deploy }: Service) {
  const limits = deploy?.resources?.limits ?? {}
  return {
    memory: mem_limit !== undefined || 'memory' in limits,
    cpus: cpus !== undefined || 'cpus' in limits,
    pids: pids_limit !== undefined || 'pids' in limits,
  }
}

export const namesIn = (words: Service['networks']): string[] =>
  Array.isArray(words) ? words : Object.keys(words)

const sourceOf = (volume: Service['volumes'][number]): string =>
  typeof volume === 'string' ? volume : (volume.source ?? '')

function conditionOf(service: Service | undefined, other: string): string | undefined {
  const waits = service?.depends_on ?? []
  return Array.isArray(waits) ? undefined : waits[other]?.condition
}

/** `80:80`, `0.0.0.0:80:8080/tcp`, or the long form. */
export function publishedOf(port: unknown): string {
  if (typeof port === 'object' && port !== null && 'published' in port) return String(port.published)
  return String(port).split('/')[0]?.split(':').at(-2) ?? 'any'
}

/** Both forms of a service's environment as one. */
export const asRecord = (environment: Service['environment']): Record<string, unknown> =>
  Array.isArray(environment)
    ? Object.fromEntries(
        environment.map((line): [string, unknown] => [
          line.split('=')[0] ?? '',
          line.split('=').slice(1).join('='),
        ]),
      )
    : environment
