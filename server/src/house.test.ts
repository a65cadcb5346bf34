import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const sources = readdirSync(import.meta.dirname, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && entry.name.endsWith('.ts') && !entry.name.endsWith('.test.ts'))
  .map((entry) => join(entry.parentPath, entry.name))
  .filter((path) => !/[\\/](test|matrix)[\\/]/.test(path))
  .map((path) => ({
    path: path.slice(import.meta.dirname.length + 1).replaceAll('\\', '/'),
    text: readFileSync(path, 'utf8'),
  }))

const placesOf = (what: RegExp): string[] =>
  sources.filter(({ text }) => what.test(text)).map(({ path }) => path)

test('there is something to look at', () => expect(sources.length).toBeGreaterThan(40))

test('A8: one room makes sessions, and whoever signs somebody in goes through its one function', () => {
  expect(placesOf(/insertInto\('sessions'\)/)).toEqual(['sessions/sessions.queries.ts'])
  expect(placesOf(/\binsertSession\(/)).toEqual(['sessions/lucia-adapter.ts'])
})

test('B7: a secret is looked up by its hash or compared in constant time, never by an operator', () => {
  const compared =
    /\b\w*(token|mac|secret|signature|csrf|password|hash)\b\)?\s*[!=]==\s*(?!undefined|null|'|typeof)\w/i
  expect(placesOf(compared)).toEqual([])
  expect(placesOf(/timingSafeEqual\(/)).toEqual(['http/csrf.ts'])
})

test('D11: nothing here sends anybody anywhere', () => {
  expect(placesOf(/\.redirect\(|['"]location['"]|\.location\(/i)).toEqual([])
})

test('J7: no SQL is put together from text', () => {
  expect(placesOf(/\bsql`|\bsql[.<]|\bdynamic\.|\.raw\(|\.lit\((?!true|false)|\bjsonPath/)).toEqual([])
})

test('J6: nothing is assigned by a name that came from outside', () => {
  expect(placesOf(/Object\.assign\(|lodash|\b__proto__\]|\bmerge\(/)).toEqual([])
})

test('N6: who looks beyond what is the person’s own is listed here', () => {
  expect(placesOf(/\b(lookAtEverybody|namedOwner)\b/).sort()).toEqual([
    'auth/change-email.ts',
    'auth/confirm-change-email.ts',
  ])
})
