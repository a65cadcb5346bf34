import { parse } from 'yaml'
import { asRecord, namesIn } from '../checks/compose.ts'
import type { Compose } from '../checks/compose-file.ts'
import type { Edge } from '../edge/configuration.ts'
import { type Fate, fateOf } from '../edge/reader/fate.ts'
import { readFiles } from '../edge/reader/files.ts'
import { readAsked } from '../edge/reader/request.ts'
import { readRule, valuesOf } from '../edge/reader/rule.ts'
import { TOOL_ADDRESSES } from '../edge/services.ts'
import type { NamedText } from './captured.ts'

/** What must not be among the ways through the edge, by the files that it has: a sentence each. */
export function wrongRoutes(fixed: string, watched: readonly NamedText[], compose: Compose): string[] {
  try {
    const edge = readFiles([{ path: 'traefik.yml', text: fixed }, ...watched])
    return [
      ...foreignKinds(watched),
      ...foreignWays(edge),
      ...wrongServers(edge, compose),
      ...wrongFates(edge),
    ]
  } catch (error) {
    // What this reader does not understand Traefik may, so it is a fault and not passed over.
    return [`the files of the edge cannot be read: ${(error as Error).message.split('\n')[0]}`]
  }
}

const foreignKinds = (watched: readonly NamedText[]): string[] =>
  watched.flatMap(({ path, text }) =>
    Object.keys((parse(text) as object | null) ?? {})
      .filter((kind) => kind !== 'http' && kind !== 'tls')
      .map((kind) => `${path} has routes of another kind: ${kind}`),
  )

const foreignWays = ({ fixed }: Edge): string[] => [
  ...Object.keys(fixed.providers)
    .filter((provider) => provider !== 'file')
    .map((provider) => `routes come from elsewhere too: ${provider}`),
  ...(fixed.api?.insecure ? ['the dashboard of the edge asks for nothing'] : []),
  ...Object.entries(fixed.entryPoints)
    .filter(([, { address }]) => !/^:(80|443)$|^127\.0\.0\.1:\d+$/.test(address))
    .map(([name, { address }]) => `the entry point ${name} listens on ${address}`),
]

/** Each address behind the edge is a slot on its SERVER_PORT, or a tool of the operator in its own place. */
function wrongServers({ moving }: Edge, { services }: Compose): string[] {
  const all = Object.entries(moving.http.services).flatMap(([name, { loadBalancer }]) =>
    loadBalancer.servers.map(({ url }) => ({ name, host: hostOf(url) })),
  )
  return all
    .filter(({ host }) => !TOOL_ADDRESSES.includes(host))
    .flatMap(({ name, host }) => {
      const [service = '', port = '80'] = host.split(':')
      const wanted = portOf(services[service])
      if (wanted === undefined) return [`the service ${name} leads to ${host}`]
      return port === wanted ? [] : [`the service ${name} leads to ${host}, and SERVER_PORT is ${wanted}`]
    })
}

const hostOf = (url: string): string => URL.parse(url)?.host ?? url

/** Only who stands in the network of the edge serves; the worker is told a port as well, and has none. */
function portOf(service: Compose['services'][string] | undefined): string | undefined {
  if (!service || !namesIn(service.networks).includes('edge')) return undefined
  const port = asRecord(service.environment)['SERVER_PORT']
  return typeof port === 'string' || typeof port === 'number' ? String(port) : undefined
}

const INSIDE = [
  '/internal',
  '/internal/health',
  '/internal/ready',
  '/metrics',
  '/metrics/',
  '/health',
  '/dev/inbox',
]
const COUNTED = ['GET /api/health', 'POST /api/auth/login', 'POST /v1/auth/login']

/** What becomes of the requests that matter, for each name that any rule has. */
function wrongFates(edge: Edge): string[] {
  const fate = (line: string): Fate => fateOf(edge, readAsked(line))
  const rules = Object.values(edge.moving.http.routers).map(({ rule }) => readRule(rule))
  const hosts = [...new Set(rules.flatMap((rule) => valuesOf(rule, 'Host')))]
  const inside = hosts.flatMap((host) =>
    ['http', 'https'].flatMap((scheme) => INSIDE.map((path) => `GET ${scheme}://${host}${path}`)),
  )
  const sites = hosts.filter((host) => fate(`GET https://${host}/`).kind === 'served')
  const counted = sites.flatMap((host) => COUNTED.map((line) => line.replace(' ', ` https://${host}`)))
  return [
    ...inside.filter((line) => fate(line).kind === 'served').map((line) => `${line} is let through`),
    ...(sites.length > 0 ? [] : ['no route leads to the servers']),
    ...sites
      .filter((host) => !isSentOn(fate(`GET http://${host}/`)))
      .map((host) => `http://${host}/ is not sent on to https`),
    ...counted.filter((line) => !isCounted(edge, fate(line))).map((line) => `${line} passes no rate limit`),
  ]
}

const isSentOn = (fate: Fate): boolean => fate.kind === 'redirect' && fate.to.startsWith('https://')

const isCounted = ({ moving }: Edge, { through }: Fate): boolean =>
  through.some((name) => 'rateLimit' in (moving.http.middlewares[name] ?? {}))
