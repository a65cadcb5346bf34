import { randomInt } from 'node:crypto'
import { sql } from 'kysely'
import { afterAll, describe, expect, test } from 'vitest'
import { LENGTHS } from '@latchkey/shared/limits'
import { validatePassword } from '@latchkey/shared/password'
import { loadPasswordBook } from '@latchkey/shared/password-book'
import { aUser, PASSWORD } from '../test/actors.ts'
import { Browser } from '../test/browser.ts'
import { openTestHost } from '../test/host.ts'
import { openPasswords } from './password.ts'

const host = await openTestHost({ TRUSTED_PROXIES: '127.0.0.1' })
afterAll(() => host.close())

let calls = 0
const ask = (path: string, body: object) =>
  new Browser(host.url).post(path, body, {
    headers: { 'x-forwarded-for': `2001:db8:${(calls += 1).toString(16)}::1` },
  })
const register = (email: string, password: string) => ask('/api/auth/register', { email, password })
const login = (email: string, password: string) => ask('/api/auth/login', { email, password })

const someOf = (letters: string[], count: number): string =>
  Array.from({ length: count }, () => letters[randomInt(letters.length)]).join('')
const from = (first: number, count: number) =>
  Array.from({ length: count }, (_, nth) => String.fromCodePoint(first + nth))

/** Each letter is one code point, also after NFKC. */
const ALPHABETS: Record<string, string[]> = {
  ASCII: from(0x21, 94),
  emoji: from(0x1f400, 200),
  'combining marks': from(0x1d165, 5).concat(from(0x5d0, 27)),
}

describe('A1, decision 21: 12 to 256 code points', () => {
  const { min, max } = LENGTHS.password
  const lengths = [7, 8, min - 1, min, 15, 64, max - 1, max, max + 1]

  test.each(Object.entries(ALPHABETS))('%s', async (kind, letters) => {
    for (const length of lengths) {
      const password = someOf(letters, length)
      const { status, body } = await register(
        `${kind.replace(' ', '-')}-${length}@example.com`.toLowerCase(),
        password,
      )
      const isGood = length >= min && length <= max
      expect([length, status]).toEqual([length, isGood ? 202 : 422])
      if (!isGood) expect(body).toMatchObject({ fields: { password: expect.any(String) as string } })
    }
  })

  test('the longest is kept whole, and one longer is no one’s', async () => {
    const password = someOf(ALPHABETS['ASCII'] ?? [], max)
    await register('longest@example.com', password)
    expect((await login('longest@example.com', password)).status).toBe(200)
    expect((await login('longest@example.com', password.slice(0, -1))).status).toBe(401)
    expect((await login('longest@example.com', `${password}x`)).status).toBe(422)
  })
})

describe('A2: no rule of composition, and no end', () => {
  const CLASSES: [string, string[], { length: number; count: number }][] = [
    ['small letters', from(0x61, 26), { length: 16, count: 500 }],
    ['capital letters', from(0x41, 26), { length: 16, count: 500 }],
    ['digits', from(0x30, 10), { length: 24, count: 25 }],
    ['signs', [...'!#$%&()*+,-./:;<=>?@[]^_{|}~'], { length: 16, count: 75 }],
  ]
  test.each(CLASSES)('random ones of nothing but %s', async (_what, letters, { length, count }) => {
    const book = await loadPasswordBook()
    const about = { email: 'ada@example.com', displayName: null }
    for (let made = 0; made < count; made += 1) {
      const password = someOf(letters, length)
      expect([password, validatePassword(password, about, book).ok]).toEqual([password, true])
    }
  })

  test('one that is five years old opens the door', async () => {
    const { id, email } = await aUser(host)
    await sql`update users set created_at = now() - interval '5 years', updated_at = now() - interval '5 years'
      where id = ${id}`.execute(host.deps.db)
    expect((await login(email, PASSWORD)).status).toBe(200)
  })
})

describe('A3: a password is itself, and nothing near it', async () => {
  const passwords = await openPasswords({ PASSWORD_PROFILE: 'test' })
  const password = someOf(ALPHABETS['ASCII'] ?? [], LENGTHS.password.max)
  const hash = await passwords.hash(password)

  test('another letter at any of its 256 places', async () => {
    expect(await passwords.verify(hash, password)).toBe(true)
    for (let at = 0; at < password.length; at += 1) {
      const other = password[at] === 'x' ? 'y' : 'x'
      expect(await passwords.verify(hash, password.slice(0, at) + other + password.slice(at + 1))).toBe(false)
    }
  })

  test('longer, shorter, trimmed, in other letters', async () => {
    const spaced = ` ${PASSWORD} Ab `
    const kept = await passwords.hash(spaced)
    expect(await passwords.verify(kept, spaced)).toBe(true)
    const near = [
      `${spaced}x`,
      `x${spaced}`,
      spaced.trim(),
      spaced.trimEnd(),
      spaced.toLowerCase(),
      spaced.toUpperCase(),
    ]
    for (const other of [...near, spaced.replaceAll(' ', ''), `${spaced}\0`, `${spaced}\0x`, spaced + spaced])
      expect([other, await passwords.verify(kept, other)]).toEqual([other, false])
  })

  test('NUL is refused before it is compared', async () => {
    const { email } = await aUser(host)
    expect((await login(email, `${PASSWORD}\0`)).status).toBe(422)
  })

  test('two spellings of the same text are one', async () => {
    const text = 'Zoë’s café in Łódź 42'
    const composed = await passwords.hash(text.normalize('NFC'))
    expect(await passwords.verify(composed, text.normalize('NFD'))).toBe(true)
  })
})

test('A5: what is kept names its parameters, and two of the same password share neither salt nor hash', async () => {
  await register('first@example.com', PASSWORD)
  await register('second@example.com', PASSWORD)
  const rows = await host.deps.db
    .selectFrom('users')
    .select('passwordHash')
    .where('passwordHash', 'is not', null)
    .execute()
  const parsed = rows.map(({ passwordHash }) =>
    /^\$argon2id\$v=19\$m=\d+,t=\d+,p=\d+\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/.exec(passwordHash ?? ''),
  )
  for (const [, salt = '', hash = ''] of parsed.map((found) => found ?? [])) {
    expect(Buffer.from(salt, 'base64').length).toBeGreaterThanOrEqual(16)
    expect(Buffer.from(hash, 'base64').length).toBeGreaterThanOrEqual(32)
  }
  for (const part of [1, 2]) expect(new Set(parsed.map((found) => found?.[part])).size).toBe(rows.length)
})
