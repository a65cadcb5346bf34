import { stringify } from 'yaml'
import type { Edge } from './configuration.ts'
import { fixedOf } from './fixed.ts'
import { middlewaresOf, userSecret } from './middlewares.ts'
import { routersOf } from './routers.ts'
import { servicesOf } from './services.ts'
import { type EdgeSettings, requireSound, toolsOf, userFileOf } from './settings.ts'
import { tlsOptionsOf } from './tls.ts'

export type EdgeFile = { path: string; text: string }

/** The whole edge as values. `typedHost` is WEBSITE_DOMAIN typed once more, and only then are certificates real. */
export function edgeOf(settings: EdgeSettings, typedHost?: string): Edge {
  requireSound(settings)
  return {
    fixed: fixedOf(settings, typedHost),
    moving: {
      http: {
        routers: routersOf(settings, typedHost),
        middlewares: middlewaresOf(settings),
        services: servicesOf(settings),
      },
      tls: { options: tlsOptionsOf(settings) },
    },
  }
}

/** The files of that edge: one that Traefik reads at its start, and a folder that it watches. */
export function filesOf({ fixed, moving: { http, tls } }: Edge): EdgeFile[] {
  return [
    { path: 'traefik.yml', text: print(fixed) },
    { path: 'dynamic/routers.yml', text: print({ http: { routers: http.routers } }) },
    { path: 'dynamic/middlewares.yml', text: print({ http: { middlewares: http.middlewares } }) },
    { path: 'dynamic/services.yml', text: print({ http: { services: http.services } }) },
    { path: 'dynamic/tls.yml', text: print({ tls }) },
  ]
}

/** Who may pass the guards, as files that are mounted as secrets: name -> content. */
export function edgeSecretsOf(settings: EdgeSettings): Record<string, string> {
  const { admin, ops } = requireSound(settings)
  return {
    ...(admin && { [userSecret('admin')]: userFileOf(admin) }),
    ...(ops && toolsOf(settings).length > 0 && { [userSecret('ops')]: userFileOf(ops) }),
  }
}

const HEAD = '# Made from the settings by ops/edge: what is changed here is lost. docs/EDGE.md explains it.\n'

function print(values: object): string {
  const text = stringify(values, { lineWidth: 0, aliasDuplicateObjects: false, singleQuote: true })
  // Traefik runs its files as templates, which may read its environment.
  if (text.includes('{{')) throw new Error('what would be written is a template')
  return HEAD + text
}
