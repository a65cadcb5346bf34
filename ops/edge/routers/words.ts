import type { Router } from '../configuration.ts'
import { anyOf, method, path, pathPrefix } from '../rules.ts'
import type { EdgeSettings } from '../settings.ts'

/** Who goes first where two rules hold. Always said: without it Traefik counts the letters of the rule. */
export const FIRST = {
  inside: 900,
  framed: 700,
  apiReads: 610,
  api: 600,
  guarded: 500,
  reads: 110,
  pages: 100,
  rest: 10,
}

export const NOWHERE = 'noop@internal'
export const APP = 'app'

export const API = anyOf([pathPrefix('/api'), pathPrefix('/v1')])
export const READS = anyOf([method('GET'), method('HEAD'), method('OPTIONS')])
/** A folder and what is in it, and not whatever begins with the same letters. */
const folder = (name: string): string[] => [path(name), pathPrefix(`${name}/`)]
export const ADMIN = anyOf([...folder('/admin'), pathPrefix('/assets/')])
/** What the app answers to its own network. It refuses most of it to strangers too; here they do not even reach it. */
const INSIDE = [pathPrefix('/internal'), pathPrefix('/metrics'), ...folder('/health'), ...folder('/dev')]
/** The page that explains the API to people is not for the public of the real thing (L4). */
export const insideOf = ({ env }: EdgeSettings): string =>
  anyOf([...INSIDE, ...(env === 'prod' ? folder('/docs') : [])])

/** What every answer gets, also one that the edge makes alone. Locally the policy is left to the app (P9). */
export const answeredWith = ({ env }: EdgeSettings): string[] => [
  'security-headers',
  ...(env === 'local' ? [] : ['csp']),
]

export type Routers = Record<string, Router>
/** Over which doors, and with which certificate. */
export type Way = { entryPoints: string[]; tlsFor: (names: string[]) => Pick<Router, 'tls'> }
