import type { Edge } from '../edge/configuration.ts'
import { fateOf, type Fate } from '../edge/reader/fate.ts'
import { type Asked, readAsked } from '../edge/reader/request.ts'
import { SAMPLE_SETTINGS, type SampleName } from '../edge/samples.ts'

/** A row of the table of requests: what is asked of one edge, and what is expected to come of it. */
export type Row = { line: string; asked: Asked; expected: string }

export function rowsOf(name: SampleName, ...tables: string[]): Row[] {
  return tables
    .flatMap((table) => table.split('\n'))
    .filter((line) => line.trim() !== '')
    .map((line) => rowOf(withNames(line.trim(), SAMPLE_SETTINGS[name].websiteDomain)))
}

const withNames = (line: string, site: string): string =>
  line
    .replaceAll('SITE', site)
    .replaceAll('WWW', `www.${site}`)
    .replaceAll('UPPER', site.toUpperCase())
    .replaceAll(/\b(ADMIN|JOBS|DB)\b/g, (label) => `${label.toLowerCase()}.${site}`)
    .replaceAll('BOARD', `traefik.${site}`)

function rowOf(line: string): Row {
  const [, asked = '', known = '', expected = ''] = /^(.*?)(?: {2,}\[(.*?)\])? {2,}(.+)$/.exec(line) ?? []
  const words = known.split(', ')
  const sni = words.find((word) => word.startsWith('sni '))?.slice(4)
  return {
    line: known ? `${asked} [${known}]` : asked,
    expected,
    asked: readAsked(asked, {
      ...(words.includes('inside') && { from: '203.0.113.7' }),
      ...(words.includes('known') && { isKnown: true }),
      ...(words.includes('large') && { bodyBytes: 5_000_000 }),
      ...(words.includes('underscore') && { headers: { X_Forwarded_For: '192.0.2.66' } }),
      ...(sni && { sni }),
    }),
  }
}

export function inShort(fate: Fate): string {
  if (fate.kind === 'no handshake') return fate.kind
  if (fate.kind === 'redirect') return `${fate.status} ${fate.to}`
  if (fate.kind === 'refused') return `${fate.status} ${fate.by}`
  return `${fate.service}, ${fate.attempts} ${fate.attempts === 1 ? 'try' : 'tries'}`
}

/** What of the table is no longer so. An edge that is not understood is not so either. */
export const wrongRows = (edge: Edge, rows: Row[]): string[] =>
  rows.flatMap(({ line, asked, expected }) => {
    const fate = shortFateOf(edge, asked)
    return fate === expected ? [] : [`${line}: ${fate}, not ${expected}`]
  })

function shortFateOf(edge: Edge, asked: Asked): string {
  try {
    return inShort(fateOf(edge, asked))
  } catch (error) {
    return `error: ${(error as Error).message}`
  }
}
