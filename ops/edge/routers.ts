import { certificatesOf } from './certificates.ts'
import type { Router } from './configuration.ts'
import { guardedBy } from './middlewares.ts'
import { adminHostOf, siteOf, toolHostOf, wwwOf } from './names.ts'
import { allOf, anyOf, host, method, path, pathPrefix } from './rules.ts'
import { type EdgeSettings, type OpsTool, toolsOf } from './settings.ts'

/** Who goes first where two rules hold. Always said: without it Traefik counts the letters of the rule. */
const FIRST = {
  inside: 900,
  framed: 700,
  apiReads: 610,
  api: 600,
  guarded: 500,
  reads: 110,
  pages: 100,
  rest: 10,
}

const NOWHERE = 'noop@internal'
const APP = 'app'

const API = anyOf([pathPrefix('/api'), pathPrefix('/v1')])
const READS = anyOf([method('GET'), method('HEAD'), method('OPTIONS')])
/** A folder and what is in it, and not whatever begins with the same letters. */
const folder = (name: string): string[] => [path(name), pathPrefix(`${name}/`)]
const ADMIN = anyOf([...folder('/admin'), pathPrefix('/assets/')])
/** What the app answers to its own network. It refuses most of it to strangers too; here they do not even reach it. */
const INSIDE = [pathPrefix('/internal'), pathPrefix('/metrics'), ...folder('/health'), ...folder('/dev')]
/** The page that explains the API to people is not for the public of the real thing (L4). */
const insideOf = ({ env }: EdgeSettings): string =>
  anyOf([...INSIDE, ...(env === 'prod' ? folder('/docs') : [])])

/** What every answer gets, also one that the edge makes alone. Locally the policy is left to the app (P9). */
const answeredWith = ({ env }: EdgeSettings): string[] => [
  'security-headers',
  ...(env === 'local' ? [] : ['csp']),
]

type Routers = Record<string, Router>
type Way = { entryPoints: string[]; tlsFor: (names: string[]) => Pick<Router, 'tls'> }

/** Every way in. What fits none of them is answered 404 by Traefik itself. */
export function routersOf(settings: EdgeSettings, typedHost?: string): Routers {
  const way = wayOf(settings, typedHost)
  const routers = {
    ...publicRouters(settings, way),
    ...adminRouters(settings, way),
    ...toolRouters(settings, way),
    ...(settings.env !== 'local' && plainRouters(settings)),
  }
  return Object.fromEntries(Object.entries(routers).map(([name, router]) => [name, inReadingOrder(router)]))
}

const inReadingOrder = ({ entryPoints, rule, middlewares, service, ...rest }: Router): Router => ({
  entryPoints,
  rule,
  middlewares,
  service,
  ...rest,
})

/** Locally everything is served as it comes; elsewhere over TLS alone, with one certificate for each set of names. */
function wayOf(settings: EdgeSettings, typedHost?: string): Way {
  const certificates = certificatesOf(settings, typedHost)
  if (!certificates) return { entryPoints: ['web', 'websecure'], tlsFor: () => ({}) }
  return {
    entryPoints: ['websecure'],
    tlsFor: ([main = '', ...sans]) => ({
      tls: { certResolver: certificates.name, domains: [{ main, ...(sans.length > 0 && { sans }) }] },
    }),
  }
}

function publicRouters(settings: EdgeSettings, { entryPoints, tlsFor }: Way): Routers {
  const [site, www] = [siteOf(settings), wwwOf(settings)]
  const rest = { entryPoints, ...tlsFor([site, www]) }
  const answered = answeredWith(settings)
  const entered = ['drop-claims', ...answered]
  const app = { ...rest, service: APP }
  return {
    inside: {
      ...rest,
      rule: allOf(anyOf([host(site), host(www)]), insideOf(settings)),
      priority: FIRST.inside,
      middlewares: [...answered, 'refuse'],
      service: NOWHERE,
    },
    'api-reads': {
      ...app,
      rule: allOf(host(site), API, READS),
      priority: FIRST.apiReads,
      middlewares: [...entered, 'rate-limit', 'retry-reads'],
    },
    api: {
      ...app,
      rule: allOf(host(site), API),
      priority: FIRST.api,
      middlewares: [...entered, 'rate-limit', 'body-limit'],
    },
    'web-framed': {
      ...app,
      rule: allOf(host(site), path('/turnstile.html')),
      priority: FIRST.framed,
      middlewares: ['drop-claims', 'security-headers-framed'],
    },
    'web-reads': {
      ...app,
      rule: allOf(host(site), READS),
      priority: FIRST.reads,
      middlewares: [...entered, 'retry-reads'],
    },
    web: { ...app, rule: host(site), priority: FIRST.pages, middlewares: [...entered, 'body-limit'] },
    www: {
      ...rest,
      rule: host(www),
      priority: FIRST.pages,
      middlewares: [...answered, 'to-bare-name'],
      service: NOWHERE,
    },
  }
}

/** The admin's pages and what they are made of. All else of that host is refused, the API too (P4). */
function adminRouters(settings: EdgeSettings, { entryPoints, tlsFor }: Way): Routers {
  const name = adminHostOf(settings)
  if (!name) return {}
  const answered = answeredWith(settings)
  return {
    admin: {
      entryPoints,
      rule: allOf(host(name), ADMIN),
      priority: FIRST.guarded,
      middlewares: ['drop-claims', ...answered, ...guardedBy('admin')],
      service: APP,
      ...tlsFor([name]),
    },
    'admin-rest': {
      entryPoints,
      rule: host(name),
      priority: FIRST.rest,
      middlewares: [...answered, 'refuse'],
      service: NOWHERE,
      ...tlsFor([name]),
    },
  }
}

const SERVED_BY: Record<OpsTool, string> = { jobsUi: 'jobs-ui', dbUi: 'db-ui', traefik: 'api@internal' }

function toolRouters(settings: EdgeSettings, { entryPoints, tlsFor }: Way): Routers {
  const routers = toolsOf(settings).map((tool): [string, Router] => [
    `ops-${tool === 'traefik' ? 'traefik' : SERVED_BY[tool]}`,
    {
      entryPoints,
      rule: host(toolHostOf(settings, tool)),
      priority: FIRST.guarded,
      middlewares: ['drop-claims', 'security-headers-no-hsts', ...guardedBy('ops')],
      service: SERVED_BY[tool],
      ...tlsFor([toolHostOf(settings, tool)]),
    },
  ])
  return Object.fromEntries(routers)
}

/** Port 80. Pages are sent to https; a program that speaks plain has lost its password already and is told so. */
function plainRouters(settings: EdgeSettings): Routers {
  const entryPoints = ['web']
  const [site, www, admin] = [siteOf(settings), wwwOf(settings), adminHostOf(settings)]
  const answered = answeredWith(settings)
  const plain = { entryPoints, service: NOWHERE }
  const ours = anyOf([host(site), host(www)])
  return {
    'plain-inside': {
      ...plain,
      rule: allOf(ours, insideOf(settings)),
      priority: FIRST.inside,
      middlewares: [...answered, 'refuse'],
    },
    'plain-api': {
      ...plain,
      rule: allOf(ours, API),
      priority: FIRST.api,
      middlewares: [...answered, 'refuse-plain'],
    },
    'plain-www': {
      ...plain,
      rule: host(www),
      priority: FIRST.pages,
      middlewares: [...answered, 'to-bare-name'],
    },
    'plain-pages': {
      ...plain,
      rule: host(site),
      priority: FIRST.pages,
      middlewares: [...answered, 'redirect-to-https'],
    },
    ...(admin && {
      'plain-admin': {
        ...plain,
        rule: allOf(host(admin), ADMIN),
        priority: FIRST.guarded,
        middlewares: [...answered, 'redirect-to-https'],
      },
      'plain-admin-rest': {
        ...plain,
        rule: host(admin),
        priority: FIRST.rest,
        middlewares: [...answered, 'refuse'],
      },
    }),
  }
}
