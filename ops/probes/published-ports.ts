import { publishedOf } from '../checks/compose.ts'
import type { Compose } from '../checks/compose-file.ts'

/** Who may be reached from outside, and at which ports of the host. */
export const EDGE = 'traefik'
const EDGE_PORTS = ['80', '443']
/** Behind the edge, whatever the edge is. */
const INNER = ['server-a', 'server-b', 'jobs', 'migrate', 'postgres', 'redis']

/** A container as `docker compose ps` has it. */
export type Container = { service: string; state: string; ports: string[] }

export const readContainers = (table: string): Container[] =>
  table
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const [service = '', state = '', , ports = ''] = line.split('\t')
      return { service, state, ports: hostPortsIn(ports) }
    })

/** Of `0.0.0.0:80->80/tcp, [::]:80->80/tcp, 5432/tcp` those of the host, once each: what has no arrow stays inside. */
const hostPortsIn = (ports: string): string[] => [
  ...new Set([...ports.matchAll(/([\d-]+)->/g)].map(([, port = '']) => port)),
]

/** As it is. */
export function openContainers(containers: readonly Container[]): string[] {
  const edge = containers.find(({ service }) => service === EDGE)
  const missing = edge ? EDGE_PORTS.filter((port) => !edge.ports.includes(port)) : []
  return [
    ...containers.flatMap(({ service, ports }) =>
      forbidden(service, ports, edge !== undefined).map((port) => `${service} publishes port ${port}`),
    ),
    ...missing.map((port) => `${EDGE} does not publish port ${port}`),
  ]
}

/** As it will be when it is started again. */
export const openServices = ({ services }: Compose): string[] =>
  Object.entries(services).flatMap(([name, { ports, network_mode }]) => [
    ...forbidden(name, ports.map(publishedOf), EDGE in services).map(
      (port) => `${name} is told to publish port ${port}`,
    ),
    ...(network_mode === 'host' ? [`${name} shares the network of the host`] : []),
  ])

/** Where something else is the edge, that one may publish what it wants, and what is inner still nothing. */
const forbidden = (service: string, ports: readonly string[], hasEdge: boolean): string[] =>
  ports.filter((port) => (hasEdge ? service !== EDGE || !EDGE_PORTS.includes(port) : INNER.includes(service)))
