import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { ERRORS } from '@latchkey/shared/errors'
import { proceduresOf } from './procedures.ts'
import { ROWS } from './rest/rows.ts'
import { appRouter } from './router.ts'

const docOf = (name: string) => readFileSync(new URL(`../../docs/${name}`, import.meta.url), 'utf8')

/** The body of the table whose first heading is this one, cell by cell. */
function tableOf(doc: string, heading: string): string[][] {
  const lines = doc.split('\n')
  const start = lines.findIndex((line) => line.startsWith('|') && cellsOf(line)[0] === heading)
  const length = lines.slice(start).findIndex((line) => !line.startsWith('|'))
  return lines.slice(start + 2, start + length).map(cellsOf)
}

const cellsOf = (line: string): string[] =>
  line
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim())
const code = (text: string) => `\`${text}\``

describe('docs/ERRORS.md', () => {
  const told = tableOf(docOf('ERRORS.md'), 'Code')

  test('has every code with its status and sentence, and no other, in the order of the table', () => {
    const rows = Object.entries(ERRORS).map(([name, [status, sentence]]) => [
      code(name),
      String(status),
      sentence,
    ])
    expect(told.map((cells) => cells.slice(0, 3))).toEqual(rows)
  })

  test('says of each when it is spoken', () => {
    for (const [name, , , when] of told) expect(when, name).toMatch(/^[A-Z].{20,}\.$/)
  })
})

describe('docs/REST.md', () => {
  const doc = docOf('REST.md')

  test('has every row with its aliases, and no other', () => {
    const procedures = proceduresOf(appRouter)
    const rows = ROWS.map(({ method, path, also, procedure, status, summary }) => [
      method.toUpperCase(),
      code(path),
      also.map(code).join(', '),
      code(procedure),
      WHO[procedures.get(procedure)?.meta?.caller ?? ''] ?? procedures.get(procedure)?.meta?.caller,
      String(typeof status === 'number' ? status : 200),
      summary,
    ])
    expect(tableOf(doc, 'Method')).toEqual(rows)
  })

  test('names every path that only the network inside asks', () => {
    for (const path of ROWS.flatMap(({ inside }) => inside)) expect(doc).toContain(code(path))
  })

  test('has every status that an error or a row may have, and no other', () => {
    const rows = ROWS.flatMap(({ status, says }) => [
      ...(typeof status === 'number' ? [status] : []),
      ...says,
    ])
    const errors = Object.values(ERRORS).map(([status]) => status)
    const known = [...new Set<number>([...rows, ...errors])].sort((a, b) => a - b)
    expect(tableOf(doc, 'Status').map(([status]) => Number(status))).toEqual(known)
  })
})

const WHO: Record<string, string> = { anyone: 'anyone', signedIn: 'signed in' }
