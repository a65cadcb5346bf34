import { expect, test } from 'vitest'
import { JSON_DEPTH, JSON_KEYS } from '@latchkey/shared/limits'
import { isSoundJson } from './sound-json.ts'

const isSound = (json: string) => isSoundJson(Buffer.from(json))
const lists = (depth: number) => '['.repeat(depth) + ']'.repeat(depth)
const objects = (depth: number) => '{"a":'.repeat(depth) + '1' + '}'.repeat(depth)
const names = (count: number) =>
  JSON.stringify(Object.fromEntries(Array.from({ length: count }, (_, nth) => [nth, 0])))

test('J2: 32 levels are sound and 33 are not, in lists and in objects', () => {
  for (const nested of [lists, objects])
    expect([nested(JSON_DEPTH), nested(JSON_DEPTH + 1)].map(isSound)).toEqual([true, false])
})

test('J2: brackets in a text are text', () => {
  for (const text of ['[', '{', '\\"[', '\\\\'])
    expect(isSound(`{"a":"${text.repeat(40)}","b":[1,{"c":"]]}"}]}`), text).toBe(true)
  expect(isSound(`["\\\\",${lists(JSON_DEPTH)}]`)).toBe(false)
})

test('J2: a thousand names are sound and one more is not', () => {
  expect([names(JSON_KEYS), names(JSON_KEYS + 1)].map(isSound)).toEqual([true, false])
})

test('J2: a name stands once in its object, in whatever spelling', () => {
  for (const twice of ['{"a":1,"a":2}', '{"a":1,"\\u0061":2}', '{"x":[{"a":{},"b":1,"a":2}]}', '{"":1,"":1}'])
    expect(isSound(twice), twice).toBe(false)
  for (const once of ['{"a":1,"b":{"a":2}}', '[{"a":1},{"a":1}]', '{"a":"a","b":":"}', '{"a":1,"A":2}'])
    expect(isSound(once), once).toBe(true)
})

test('J2: what only looks like JSON ends too', () => {
  for (const odd of ['', ':', '::', '"', '"\\', '{"a', '}', '}}:', '{"\\x":1}', '\u0000'])
    expect(typeof isSound(odd), odd).toBe('boolean')
})
