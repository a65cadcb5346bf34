import { parse } from 'yaml'
import type { Edge, Fixed, Moving } from '../configuration.ts'
import type { EdgeFile } from '../render.ts'

/** The files back to values: what is judged is what Traefik would read, and not what was meant. */
export function readFiles(files: EdgeFile[]): Edge {
  const fixed = files.filter(({ path }) => path === 'traefik.yml').map(({ text }) => parse(text) as Fixed)[0]
  if (!fixed) throw new Error('there is no traefik.yml among these files')
  const parts = files
    .filter(({ path }) => path.startsWith('dynamic/'))
    .map(({ text }) => parse(text) as { http?: Partial<Moving['http']>; tls?: Moving['tls'] })
  return {
    fixed,
    moving: {
      http: {
        routers: merged(parts.map(({ http }) => http?.routers)),
        middlewares: merged(parts.map(({ http }) => http?.middlewares)),
        services: merged(parts.map(({ http }) => http?.services)),
      },
      tls: { options: merged(parts.map(({ tls }) => tls?.options)) },
    },
  }
}

function merged<T>(parts: (Record<string, T> | undefined)[]): Record<string, T> {
  const entries = parts.flatMap((part) => Object.entries(part ?? {}))
  const twice = entries.map(([name]) => name).find((name, index, all) => all.indexOf(name) !== index)
  if (twice) throw new Error(`${twice} stands in two files, and Traefik would take neither`)
  return Object.fromEntries(entries)
}
