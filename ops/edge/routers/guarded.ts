import type { Router } from '../configuration.ts'
import { guardedBy } from '../middlewares.ts'
import { adminHostOf, toolHostOf } from '../names.ts'
import { allOf, host } from '../rules.ts'
import { type EdgeSettings, type OpsTool, toolsOf } from '../settings.ts'
import { ADMIN, answeredWith, APP, FIRST, NOWHERE, type Routers, type Way } from './words.ts'

/** The admin's pages and what they are made of. All else of that host is refused, the API too (P4). */
export function adminRouters(settings: EdgeSettings, { entryPoints, tlsFor }: Way): Routers {
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

/** A host for each tool, all of it behind the guard. */
export function toolRouters(settings: EdgeSettings, { entryPoints, tlsFor }: Way): Routers {
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
