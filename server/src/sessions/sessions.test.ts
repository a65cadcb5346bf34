import { afterAll, describe, expect, test } from 'vitest'
import { sql } from 'kysely'
import type { Db } from '@latchkey/db/database'
import { aSignedInUser } from '../test/actors.ts'
import { Browser } from '../test/browser.ts'
import { age } from '../test/clock.ts'
import { openTestHost } from '../test/host.ts'
import { NOBODY, validateSession } from './sessions.ts'

const host = await openTestHost()
afterAll(() => host.close())
const { db } = host.deps

const statusWith = async (token: string) =>
  (
    await new Browser(host.url).get('/api/auth/me', {
      headers: { cookie: `latchkey_session=${token}` },
    })
  ).status

const DAY = 86_400

describe('C1, D1, pain 4: the table holds nothing that signs in', () => {
  test('no value of any column, in any spelling, is a session', async () => {
    const { browser } = await aSignedInUser(host)
    const rows = await sql<Record<string, unknown>>`select * from sessions`.execute(db)
    const spellings = rows.rows.flatMap((row) =>
      Object.values(row).flatMap((value) =>
        Buffer.isBuffer(value)
          ? (['base64url', 'base64', 'hex', 'utf8'] as const).map((encoding) => value.toString(encoding))
          : [String(value)],
      ),
    )
    expect(spellings.length).toBeGreaterThan(10)
    expect(spellings).not.toContain(browser.session)
    for (const spelling of spellings) expect(await statusWith(encodeURIComponent(spelling))).toBe(401)
    expect(await statusWith(browser.session ?? '')).toBe(200)
  })
})

describe('C5, decision 17: how long a session lives, by the database’s clock', () => {
  test('idle 7 days: seen a second before it lives on, a second after it is over', async () => {
    const { browser, id } = await aSignedInUser(host)
    await age(db, id, 7 * DAY - 60)
    expect((await browser.get('/api/auth/me')).status).toBe(200)
    await age(db, id, 7 * DAY - 60)
    expect((await browser.get('/api/auth/me')).status).toBe(200)
    await age(db, id, 7 * DAY + 1)
    expect((await browser.get('/api/auth/me')).status).toBe(401)
  })

  test('absolute 30 days, however busy', async () => {
    const { browser, id } = await aSignedInUser(host)
    for (let day = 0; day < 29; day += 1) {
      await age(db, id, DAY)
      expect((await browser.get('/api/auth/me')).status).toBe(200)
    }
    await age(db, id, DAY)
    expect((await browser.get('/api/auth/me')).status).toBe(401)
  })

  test('privileged: idle 12 hours, absolute 24, and the cookie says so', async () => {
    const { browser, id } = await aSignedInUser(host, { roles: ['SUPPORT'] })
    await age(db, id, DAY / 2 - 60)
    expect((await browser.get('/api/auth/me')).status).toBe(200)
    await age(db, id, DAY / 2 - 60)
    expect((await browser.get('/api/auth/me')).status).toBe(200)
    await age(db, id, 120)
    expect((await browser.get('/api/auth/me')).status).toBe(401)
  })

  test('seen is written at most once a minute', async () => {
    const { browser, id } = await aSignedInUser(host)
    const seen = () =>
      db.selectFrom('sessions').select('lastSeenAt').where('userId', '=', id).executeTakeFirstOrThrow()
    const first = await seen()
    await browser.get('/api/auth/me')
    expect(await seen()).toEqual(first)
    await age(db, id, 61)
    const aged = await seen()
    await browser.get('/api/auth/me')
    expect((await seen()).lastSeenAt.getTime()).toBeGreaterThan(aged.lastSeenAt.getTime())
  })
})

test('C7: a suspended person’s session is over on their next request', async () => {
  const { browser, id } = await aSignedInUser(host)
  await db.updateTable('users').set({ status: 'suspended' }).where('id', '=', id).execute()
  expect((await browser.get('/api/auth/me')).status).toBe(401)
})

test('C4: a token that is not ours by its shape asks the database nothing', async () => {
  const untouchable = new Proxy({} as Db, { get: () => expect.unreachable('the database was asked') })
  for (const token of [undefined, '', 'x', 'A'.repeat(44), 'A'.repeat(42) + '!', '%00', '__proto__'])
    expect(
      await validateSession(untouchable, token, {
        env: host.deps.env,
        client: { ip: null, userAgent: null },
      }),
    ).toBe(NOBODY)
})

test('whoever ends the sign-in at hand by its id is signed out in this browser too', async () => {
  const { browser } = await aSignedInUser(host)
  const { sessions } = (await browser.get('/api/auth/sessions')).body as { sessions: { id: string }[] }
  expect(browser.session).toBeDefined()
  expect((await browser.post('/api/auth/sessions/revoke', { id: sessions[0]?.id })).status).toBe(200)
  expect([browser.session, browser.csrf]).toEqual([undefined, undefined])
})
