import { afterAll, describe, expect, test } from 'vitest'
import type { ProcedureName } from '../rest/rows.ts'
import { openTestHost } from '../test/host.ts'
import { anAllowed } from './test/allowed.ts'
import type { Caller } from './test/callers.ts'
import { type Door, NAMES, twoDoorsOf } from './test/doors.ts'
import { expectPlainError } from './test/errors.ts'
import { fieldsOf } from './test/fields.ts'

/** Every call from another address, so that no budget of guesses stands before what is tested. */
const host = await openTestHost({ TRUSTED_PROXIES: '127.0.0.1' })
await host.deps.boss.start()
afterAll(() => host.close())

let calls = 0
const anotherAddress = () => ({ 'x-forwarded-for': `2001:db8:${(calls += 1).toString(16)}::1` })

/** What may hold any character, because a person chose it to be hard to guess. */
const SECRETS = new Set(['password', 'currentPassword', 'newPassword'])
const TEXTS = NAMES.flatMap((name) =>
  fieldsOf(name)
    .filter(([, { type }]) => type === 'string' || type === undefined)
    .map(([field]) => [name, field] as const),
)

type Put = { caller: Caller; door: Door; body: object; field: string; value: unknown }
async function put({ caller, door, body, field, value }: Put): Promise<number> {
  const said = await door.ask(caller.browser, { ...body, [field]: value }, anotherAddress())
  if (said.status >= 400) expectPlainError(said.answer)
  expect([field, value, said.status < 500]).toEqual([field, value, true])
  return said.status
}

test('there are texts to try', () => {
  expect(TEXTS.length).toBeGreaterThanOrEqual(10)
  expect(TEXTS).toContainEqual(['auth.login', 'email'])
  expect(TEXTS).toContainEqual(['session.revoke', 'id'])
  expect(TEXTS).toContainEqual(['auth.register', 'displayName'])
})

describe('J5: characters that are none', () => {
  const UNSTORABLE = ['\0', 'a\0b', '\ud800', '\udfff', 'a\udc00\ud800b']
  const CONTROLS = ['\u0001', '\u0007', '\b', '\u001b[31m', '\u007f', '\u0085', '\u009f', '\r\n', '\u2028']
  const DIRECTIONS = ['\u202e', '\u2066', '\u2069', '\u200f', '\u061c']

  test.each(TEXTS)('%s, %s', async (name, field) => {
    const { caller, body } = await anAllowed(host, name)
    for (const door of twoDoorsOf(name).filter(({ name }) => !name.startsWith('GET'))) {
      for (const value of UNSTORABLE)
        expect([door.name, value, await put({ caller, door, body, field, value: `x${value}y` })]).toEqual([
          door.name,
          value,
          422,
        ])
      for (const value of [...CONTROLS, ...DIRECTIONS]) {
        const status = await put({ caller, door, body, field, value: `x${value}y` })
        if (!SECRETS.has(field)) expect([door.name, value, status]).toEqual([door.name, value, 422])
      }
    }
  })
})

describe('J6: a value is never a prototype', () => {
  const poisons = [
    '{"polluted":1}',
    '{"__proto__":{"polluted":1}}',
    '{"constructor":{"prototype":{"polluted":1}}}',
  ]

  test.each(TEXTS)('%s, %s', async (name, field) => {
    const { caller, body } = await anAllowed(host, name)
    for (const door of twoDoorsOf(name).filter(({ name }) => !name.startsWith('GET')))
      for (const poison of [...poisons, `[${poisons.join(',')}]`, '7', 'true', 'null', '[]'])
        expect([
          door.name,
          poison,
          await put({ caller, door, body, field, value: JSON.parse(poison) }),
        ]).toEqual([door.name, poison, 422])
    expect('polluted' in {}).toBe(false)
    expect(Object.keys(Object.prototype)).toEqual([])
  })
})

describe('J7: no text becomes SQL', () => {
  const seeds = [
    "'",
    '"',
    "' or '1'='1",
    "' or 1=1 --",
    "'; drop table users; --",
    "'; select pg_sleep(5); --",
    "' union select password_hash from users --",
    "\\'; delete from sessions; --",
    '$1',
    '$$; drop table users; $$',
    "E'\\047'",
    '/* */',
    '-- ',
    '; commit; begin;',
    '?',
    ':name',
    '%',
    '_',
    '\\',
    '`id`',
    '${7*7}',
    '{{7*7}}',
    '1) or (1=1',
    '1e309',
    'NaN',
  ]
  const wraps: ((seed: string) => string)[] = [
    (seed) => seed,
    (seed) => `x${seed}`,
    (seed) => `${seed}x`,
    (seed) => `${seed}@example.com`,
    (seed) => `x@${seed}.com`,
    (seed) => seed.repeat(5),
    (seed) => encodeURIComponent(seed),
    (seed) => seed.replaceAll("'", '\u02bc').replaceAll('"', '\uff02'),
  ]
  const STRINGS = seeds.flatMap((seed) => wraps.map((wrap) => wrap(seed)))

  test(`there are ${STRINGS.length} of them`, () => expect(STRINGS.length).toBeGreaterThanOrEqual(200))

  test.each(TEXTS)('%s, %s', async (name: ProcedureName, field) => {
    const { caller, body } = await anAllowed(host, name)
    const doors = twoDoorsOf(name)
    for (let start = 0; start < STRINGS.length; start += 10)
      await Promise.all(
        STRINGS.slice(start, start + 10).map(async (value, nth) => {
          const door = doors[nth % doors.length]
          if (door) await put({ caller, door, body, field, value })
        }),
      )
  })

  test('and all tables are there still, with a name in them that looks like SQL', async () => {
    const { browser } = (await anAllowed(host, 'auth.register')).caller
    const displayName = "Robert'); drop table users; --"
    const body = { email: 'robert@example.com', password: 'velvet-harbour-mango-42', displayName }
    expect((await browser.post('/api/auth/register', body)).status).toBe(202)
    const kept = await host.deps.db
      .selectFrom('users')
      .select('displayName')
      .where('email', '=', body.email)
      .executeTakeFirst()
    expect(kept).toEqual({ displayName })
  })
})
