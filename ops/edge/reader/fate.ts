import type { Edge, EntryPoint, Middleware, Router } from '../configuration.ts'
import { type End, isIn, pass, type Passage } from './passage.ts'
import { deniedCode, readTarget } from './path.ts'
import { type Asked, bareName } from './request.ts'
import { holds, readRule, type Seen } from './rule.ts'

/** What becomes of one request, and by which router. */
export type Fate = Way & (End | Served | { kind: 'no handshake' })
type Served = {
  kind: 'served'
  service: string
  servers: string[]
  carried: Record<string, string>
  attempts: number
}
type Way = { router?: string; through: string[]; answer: Record<string, string> }

const PORTS = { http: ':80', https: ':443' }
const NOBODY: Way = { through: [], answer: {} }
const bad = (by: string): Fate => ({ ...NOBODY, kind: 'refused', status: 400, by })

/** Follows a request through the edge as Traefik would, step by step in its order. */
export function fateOf(edge: Edge, asked: Asked): Fate {
  const [name, entryPoint] = entryPointOf(edge, asked)
  if (asked.scheme === 'https' && !meets(edge, asked)) return { ...NOBODY, kind: 'no handshake' }
  if (hasUnderscore(asked) && entryPoint.http?.underscoreHeadersStrategy === 'reject')
    return bad('underscoreHeadersStrategy')
  const target = readTarget(asked.target, { sanitizePath: entryPoint.http?.sanitizePath ?? true })
  if ('broken' in target) return bad(target.broken)
  const router = routerFor(edge, name, asked, {
    host: bareName(asked.host),
    path: target.routed,
    method: asked.method,
  })
  if (!router) return { ...NOBODY, kind: 'refused', status: 404, by: 'no router' }
  const code = deniedCode(target.escaped, entryPoint.http?.encodedCharacters)
  if (code) return { ...bad(code), router: router.name }
  const url = `${asked.scheme}://${asked.host}${target.escaped}${target.query}`
  return follow(edge, router, {
    asked,
    url,
    carried: carriedBy(asked, entryPoint),
    answer: {},
    through: [],
    attempts: 1,
  })
}

function entryPointOf({ fixed }: Edge, { scheme }: Asked): [string, EntryPoint] {
  const found = Object.entries(fixed.entryPoints).find(([, { address }]) => address === PORTS[scheme])
  if (!found) throw new Error(`no entry point listens on ${PORTS[scheme]}`)
  return found
}

/** A strict handshake ends where no certificate has the name. */
function meets({ moving }: Edge, { sni }: Asked): boolean {
  const options = moving.tls.options['default']
  if (!options) throw new Error('there are no default options of TLS')
  if (!options.sniStrict) return true
  const names = Object.values(moving.http.routers).flatMap(({ tls }) =>
    (tls?.domains ?? []).flatMap(({ main, sans = [] }) => [main, ...sans]),
  )
  return names.includes(sni)
}

const hasUnderscore = ({ headers }: Asked): boolean => Object.keys(headers).some((name) => name.includes('_'))

/** What Traefik manages itself; from an address that nobody trusts it is dropped and written anew. */
const MANAGED =
  /^x-(?:forwarded-(?:for|proto|host|port|server|uri|method|prefix|tls-client-cert(?:-info)?)|real-ip)$/

function carriedBy({ headers, from }: Asked, { forwardedHeaders }: EntryPoint): Record<string, string> {
  const isTrusted = forwardedHeaders?.insecure || isIn(forwardedHeaders?.trustedIPs ?? [], from)
  const sent = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value] as const)
  return Object.fromEntries(sent.filter(([name]) => isTrusted || !MANAGED.test(name)))
}

type Named = Router & { name: string }

/** The router with the highest priority whose rule holds. Two that are equal would be a matter of luck. */
function routerFor(edge: Edge, entryPoint: string, { scheme }: Asked, seen: Seen): Named | undefined {
  const found = routersAt(edge, entryPoint)
    .filter((router) => isForTls(edge, entryPoint, router) === (scheme === 'https'))
    .filter(({ rule }) => holds(readRule(rule), seen))
    .sort((one, other) => priorityOf(other) - priorityOf(one))
  const [first, second] = found
  if (first && second && priorityOf(first) === priorityOf(second))
    throw new Error(`${first.name} and ${second.name} are equal for ${JSON.stringify(seen)}`)
  return first
}

const priorityOf = ({ priority, rule }: Router): number => priority || rule.length

function routersAt({ fixed, moving }: Edge, entryPoint: string): Named[] {
  const ours = Object.entries(moving.http.routers).map(([name, router]) => ({ ...router, name }))
  const challenged = Object.values(fixed.certificatesResolvers ?? {}).some(
    ({ acme }) => acme.httpChallenge.entryPoint === entryPoint,
  )
  return [
    ...ours.filter(({ entryPoints }) => entryPoints.includes(entryPoint)),
    ...(challenged ? [CHALLENGE] : []),
  ]
}

/** Traefik's own, before all others, as long as certificates are asked for. */
const CHALLENGE: Named = {
  name: 'acme-http@internal',
  entryPoints: [],
  rule: 'PathPrefix(`/.well-known/acme-challenge/`)',
  priority: Number.MAX_SAFE_INTEGER,
  middlewares: [],
  service: 'acme-http@internal',
}

const isForTls = ({ fixed }: Edge, entryPoint: string, { tls }: Router): boolean =>
  Boolean(tls ?? fixed.entryPoints[entryPoint]?.http?.tls)

function follow(edge: Edge, router: Named, passage: Passage): Fate {
  const { through, answer, carried } = passage
  const middlewares = router.middlewares.map((name) => [name, requireWhole(edge, router, name)] as const)
  const servers = serversOf(edge, router)
  for (const [name, middleware] of middlewares) {
    const end = pass(name, middleware, passage)
    if (end) return { router: router.name, through, answer, ...end }
  }
  const way = { router: router.name, through, answer }
  if (router.service === NOWHERE) return { ...way, kind: 'refused', status: 418, by: NOWHERE }
  return { ...way, kind: 'served', service: router.service, servers, carried, attempts: passage.attempts }
}

/** Traefik forgets a router with a broken middleware, and the request goes to another one. Here that is an error. */
function requireWhole({ moving }: Edge, { name }: Named, wanted: string): Middleware {
  const found = moving.http.middlewares[wanted]
  if (!found) throw new Error(`the router ${name} names a middleware that is not there: ${wanted}`)
  if ('ipAllowList' in found && found.ipAllowList.sourceRange.length === 0)
    throw new Error(`the router ${name} has a list that is empty: ${wanted}`)
  return found
}

const NOWHERE = 'noop@internal'

function serversOf({ moving, fixed }: Edge, { name, service }: Named): string[] {
  if (service === NOWHERE || service === CHALLENGE.service) return []
  if (service === 'api@internal' && fixed.api) return []
  const found = moving.http.services[service]
  if (!found) throw new Error(`the router ${name} names a service that is not there: ${service}`)
  return found.loadBalancer.servers.map(({ url }) => url)
}
