import type { Resident } from './shape.ts'

/** What one service has to know of all the others. */
export type Surroundings = {
  project: string
  /** How many of a server there are to be. */
  replicas: number
  /** Other names that it is asked by. */
  aliases: readonly string[]
  /** The image that is built here, and what it is called where every node can get it. */
  imageOf(image: string): string
  /** An address that swarm cannot give to anybody, and the network that it is in. */
  networkOf(address: string): string | undefined
  /** Whether a secret has something in it: swarm keeps no empty one. */
  holds(secret: string): boolean
  /** The files of a folder, as configs of this service. */
  configsOf(folder: string, target: string): { source: string; target: string; mode?: unknown }[]
}

/** As long as the wait for the migrations, and what the process itself may take after it. */
const START_PERIOD = '330s'
/** What fails is tried again for as long as others wait for it. */
const ONE_SHOT = { condition: 'on-failure', delay: '10s', max_attempts: 30 } as const
const FOR_EVER = { condition: 'any', delay: '5s' } as const
const SECRET_PATH = '/run/secrets/'

/** A service of compose.yaml as swarm would have it said. */
export function swarmServiceOf(service: Resident, around: Surroundings) {
  const folders = service.volumes.filter((volume) => volume.startsWith('./')).map(partsOf)
  const configs = folders.flatMap(({ source, target }) => around.configsOf(source, target))
  return withoutGaps({
    image: around.imageOf(service.image),
    entrypoint: service.entrypoint,
    command: waits(service) ? ['containers/after-migration', ...(service.command ?? [])] : service.command,
    user: service.user,
    labels: withoutBlanks(service.labels),
    environment: environmentOf(service, around),
    secrets: service.secrets.filter(around.holds),
    configs,
    volumes: volumesOf(service),
    networks: Object.fromEntries(
      networksOf(service).map((name) => [name, around.aliases.length > 0 ? { aliases: around.aliases } : {}]),
    ),
    ports: service.ports.map(portOf),
    sysctls: service.sysctls,
    read_only: service.read_only,
    cap_drop: service.cap_drop,
    healthcheck: service.healthcheck && {
      ...service.healthcheck,
      ...(waits(service) && { start_period: START_PERIOD }),
    },
    stop_signal: service.stop_signal,
    stop_grace_period: service.stop_grace_period,
    logging: service.logging,
    deploy: deployOf(service, around),
  })
}

/** compose.yaml keeps it back until the migrations are done. */
export const waits = ({ depends_on: dependsOn }: Resident): boolean =>
  Object.values(dependsOn).some(({ condition }) => condition === 'service_completed_successfully')

const isOneShot = ({ restart }: Resident): boolean => restart === 'no'

/** What it writes into a volume, and the ports that it has, are of one node. */
export const hasHome = (service: Resident): boolean =>
  !isOneShot(service) &&
  (service.ports.length > 0 ||
    service.volumes.map(partsOf).some(({ source, readOnly }) => !source.startsWith('./') && !readOnly))

export const networksOf = ({ networks }: Resident): string[] =>
  Array.isArray(networks) ? networks : Object.keys(networks)

export function partsOf(volume: string) {
  const [source = '', target = '', mode] = volume.split(':')
  return { source, target, readOnly: mode === 'ro' }
}

function deployOf(service: Resident, { project, replicas }: Surroundings) {
  // Two of them beside each other would write into one volume, or want one port.
  const order = hasHome(service) || isOneShot(service) ? 'stop-first' : 'start-first'
  return {
    // A one-shot leaves files in a volume, and each node has a volume of its own.
    ...(isOneShot(service) ? { mode: 'global' } : { replicas }),
    // Swarm's own balancer forgets a connection that was idle for a quarter of an hour, and tells neither end.
    endpoint_mode: 'dnsrr',
    ...(hasHome(service) && { placement: { constraints: [`node.labels.${project}.home == true`] } }),
    resources: service.deploy.resources,
    restart_policy: isOneShot(service) ? ONE_SHOT : FOR_EVER,
    update_config: {
      order,
      parallelism: 1,
      monitor: '30s',
      failure_action: isOneShot(service) ? 'pause' : 'rollback',
    },
    rollback_config: { order, parallelism: 1, monitor: '30s' },
  }
}

/** An empty line is not set, and neither is the path of a secret that is not there. */
function environmentOf(
  { environment }: Resident,
  { networkOf, holds }: Surroundings,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(withoutBlanks(environment))
      .filter(([, value]) => !value.startsWith(SECRET_PATH) || holds(value.slice(SECRET_PATH.length)))
      .map(([key, value]) => [key, networkOf(value) ?? value]),
  )
}

function volumesOf({ volumes, tmpfs, shm_size: shm }: Resident) {
  const named = volumes.map(partsOf).filter(({ source }) => !source.startsWith('./'))
  const memory = [...tmpfs.map((one) => one.split(':size=')), ...(shm ? [['/dev/shm', shm]] : [])]
  return [
    ...named.map(({ source, target, readOnly }) => ({
      ...{ type: 'volume', source, target },
      ...(readOnly && { read_only: true }),
    })),
    ...memory.map(([target = '', size = '']) => ({
      ...{ type: 'tmpfs', target },
      tmpfs: { size: bytesOf(size) },
    })),
  ]
}

const UNITS = { k: 1024, m: 1024 ** 2, g: 1024 ** 3 } as const
const bytesOf = (size: string): number => parseInt(size, 10) * UNITS[size.slice(-1) as keyof typeof UNITS]

/** Past swarm's balancer, which would put its own address in the place of whoever comes. */
function portOf(port: string) {
  const [published, target] = port.split(':').map(Number)
  return { target, published, protocol: 'tcp', mode: 'host' }
}

const withoutGaps = <T extends object>(whole: T): Partial<T> =>
  Object.fromEntries(Object.entries(whole).filter(([, value]) => !isGap(value))) as Partial<T>

const withoutBlanks = (said: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(said).filter(([, value]) => value !== ''))

const isGap = (value: unknown): boolean =>
  value === undefined || (typeof value === 'object' && value !== null && Object.keys(value).length === 0)
