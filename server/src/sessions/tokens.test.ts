import { sql } from 'kysely'
import { randomBytes } from 'node:crypto'
import { afterAll, describe, expect, test } from 'vitest'
import { aSignedInUser, aUser, PASSWORD } from '../test/actors.ts'
import { Browser } from '../test/browser.ts'
import { checksumOf } from '../test/checksum.ts'
import { openTestHost } from '../test/host.ts'
import { newToken } from './sessions.ts'

const host = await openTestHost()
afterAll(() => host.close())

const statusWith = async (token: string, cookie = 'latchkey_session') =>
  (await new Browser(host.url).get('/api/auth/me', { headers: { cookie: `${cookie}=${token}` } })).status

describe('C1: what a token is made of', () => {
  const COUNT = 20_000
  const FIVE_SIGMA = 5 * Math.sqrt(COUNT / 4)

  test(`${COUNT.toLocaleString('en')} tokens: 256 bits each, none twice, and every bit is set in half of them`, () => {
    const seen = new Set<string>()
    const lengths = new Set<number>()
    const set = new Uint32Array(256)
    for (let made = 0; made < COUNT; made += 1) {
      const token = newToken()
      seen.add(token)
      const bytes = Buffer.from(token, 'base64url')
      lengths.add(bytes.length)
      for (let bit = 0; bit < 256; bit += 1) set[bit]! += ((bytes[bit >> 3] ?? 0) >> (bit & 7)) & 1
    }
    expect([seen.size, [...lengths]]).toEqual([COUNT, [32]])
    for (const count of set) expect(Math.abs(count - COUNT / 2)).toBeLessThan(FIVE_SIGMA)
  })
})

describe('pain 4, C1: what the database holds signs nobody in', () => {
  test('no value of any column of any table, in any spelling', async () => {
    const { browser } = await aSignedInUser(host)
    await browser.post('/api/auth/refresh')
    await new Browser(host.url).post('/api/auth/register', { email: 'dump@example.com', password: PASSWORD })
    const tables = await sql<{ name: string }>`select table_name as name from information_schema.tables
      where table_schema = 'public' and table_type = 'BASE TABLE'`.execute(host.town.ownerDb)
    const values = new Set<string>()
    for (const { name } of tables.rows) {
      const { rows } = await sql<Record<string, unknown>>`select * from ${sql.table(name)}`.execute(
        host.town.ownerDb,
      )
      for (const value of rows.flatMap(Object.values))
        for (const spelling of spellingsOf(value)) values.add(spelling)
    }
    expect(values.size).toBeGreaterThan(60)
    expect([...values].filter((value) => value.includes(browser.session ?? '-'))).toEqual([])
    const statuses = await Promise.all([...values].map((value) => statusWith(encodeURIComponent(value))))
    expect(new Set(statuses)).toEqual(new Set([401]))
    expect(await statusWith(browser.session ?? '')).toBe(200)
  })

  const spellingsOf = (value: unknown): string[] =>
    Buffer.isBuffer(value)
      ? (['base64url', 'base64', 'hex'] as const).map((encoding) => value.toString(encoding))
      : [String(value).slice(0, 2000)]
})

describe('C3: a token from before signing in is worth nothing after it', () => {
  test('one of the attacker’s own, planted in the victim’s browser', async () => {
    const attacker = await aSignedInUser(host)
    const planted = attacker.browser.session ?? ''
    const { email } = await aUser(host)
    const browser = new Browser(host.url)
    browser.jar.set('latchkey_session', planted)
    await browser.get('/api/auth/csrf')
    expect((await browser.post('/api/auth/login', { email, password: PASSWORD })).status).toBe(200)
    expect(browser.session).not.toBe(planted)
    expect((await browser.get('/api/auth/me')).body).toMatchObject({ email })
    expect(await statusWith(planted)).toBe(401)
  })

  test('one that nobody made, and a CSRF token to go with it', async () => {
    const { email } = await aUser(host)
    const planted = randomBytes(32).toString('base64url')
    const browser = new Browser(host.url)
    await browser.get('/api/auth/csrf')
    const csrf = browser.csrf
    browser.jar.set('latchkey_session', planted)
    expect((await browser.post('/api/auth/login', { email, password: PASSWORD })).status).toBe(200)
    expect([browser.session === planted, browser.csrf === csrf]).toEqual([false, false])
    expect(await statusWith(planted)).toBe(401)
  })
})

describe('C4: only what we made, and only from the cookie', () => {
  test('2,000 invented tokens of the right shape are nobody’s, and leave no trace', async () => {
    const before = await checksumOf(host.town.ownerDb)
    const statuses = new Set<number>()
    for (let made = 0; made < 2000; made += 50) {
      const tokens = Array.from({ length: 50 }, () => randomBytes(32).toString('base64url'))
      for (const status of await Promise.all(tokens.map((token) => statusWith(token)))) statuses.add(status)
    }
    expect(statuses).toEqual(new Set([401]))
    expect(await checksumOf(host.town.ownerDb)).toEqual(before)
  })

  test('a good one signs in from nowhere else', async () => {
    const { browser } = await aSignedInUser(host)
    const token = browser.session ?? ''
    const stranger = new Browser(host.url)
    const headers = [
      { authorization: `Bearer ${token}` },
      { authorization: `Basic ${btoa(`${token}:${token}`)}` },
      { 'x-session-token': token },
      { 'x-auth-token': token },
      { 'x-cookie': `latchkey_session=${token}` },
      { cookie2: `latchkey_session=${token}` },
    ]
    const paths = ['/api/auth/me', '/api/users/me', '/v1/auth/me', '/api/trpc/user.me']
    for (const path of paths) {
      for (const one of headers) expect((await stranger.get(path, { headers: one })).status).toBe(401)
      for (const name of ['token', 'session', 'latchkey_session', 'access_token', 'cookie'])
        expect((await stranger.get(`${path}?${name}=${token}`)).status).toBe(401)
    }
    const body = { token, session: token, latchkey_session: token }
    for (const path of ['/api/auth/logout', '/api/auth/refresh', '/api/trpc/session.revokeOthers'])
      expect((await stranger.post(path, body)).status).toBe(401)
    expect(await statusWith(token)).toBe(200)
  })

  test('nor under another name, twice, cut, longer, or in other letters', async () => {
    const { browser } = await aSignedInUser(host)
    const token = browser.session ?? ''
    for (const name of [
      '__Host-latchkey_session',
      '__Secure-latchkey_session',
      'Latchkey_Session',
      'session',
      'latchkey_csrf',
      'latchkey_device',
      'auth_session',
    ])
      expect([name, await statusWith(token, name)]).toEqual([name, 401])
    const swapped = token.replace(/[a-z]/i, (letter) =>
      letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase(),
    )
    for (const other of [
      token.slice(1),
      token.slice(0, -1),
      `${token}A`,
      `${token}=`,
      swapped,
      `${token}.${token}`,
      `j:"${token}"`,
    ])
      expect(await statusWith(other)).toBe(401)
    expect(await statusWith(`${'A'.repeat(43)}; latchkey_session=${token}`), 'the first of two counts').toBe(
      401,
    )
  })
})
