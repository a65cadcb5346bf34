import { sql } from 'kysely'
import { afterAll, describe, expect, test } from 'vitest'
import { aSignedInUser, PASSWORD } from '../test/actors.ts'
import { Browser } from '../test/browser.ts'
import { openTestHost } from '../test/host.ts'

const host = await openTestHost({ RATE_LIMITS: 'shipped' })
afterAll(() => host.close())
const { db } = host.deps
const NEXT = 'copper-meadow-violin-58'
const change = (browser: Browser, currentPassword: string, password = NEXT) =>
  browser.post('/api/trpc/auth.changePassword', { currentPassword, password })

describe('C9, A6, C3: changing the password', () => {
  test('needs the current one, ends every other session, renews this one, and mails a notice without either', async () => {
    const { browser, email, id } = await aSignedInUser(host)
    const others = await Promise.all(
      [1, 2, 3].map(async () => {
        const other = new Browser(host.url)
        await other.post('/api/auth/login', { email, password: PASSWORD })
        return other
      }),
    )
    const [before, csrf] = [browser.session, browser.csrf]
    expect((await change(browser, PASSWORD)).status).toBe(200)
    expect([browser.session === before, browser.csrf === csrf]).toEqual([false, false])
    expect((await browser.get('/api/auth/me')).status).toBe(200)
    for (const other of others) expect((await other.get('/api/auth/me')).status).toBe(401)
    const old = new Browser(host.url)
    old.jar.set('latchkey_session', before ?? '')
    expect((await old.get('/api/auth/me')).status).toBe(401)
    expect((await new Browser(host.url).post('/api/auth/login', { email, password: NEXT })).status).toBe(200)
    const mails = await db.selectFrom('emailOutbox').selectAll().where('userId', '=', id).execute()
    expect(mails.map(({ letter }) => letter)).toEqual(['password-changed'])
  })

  test('a weak new one is refused before the current one is looked at', async () => {
    const { browser } = await aSignedInUser(host)
    expect((await change(browser, 'not the password', 'short')).text).toContain('"fields":{"password":')
  })

  test('a wrong current one changes nothing, says so at its field, and shares the budget of signing in', async () => {
    const { browser, id } = await aSignedInUser(host, { email: 'budget@example.com' })
    await browser.get('/api/auth/csrf')
    const wrong = await change(browser, 'not the password')
    expect(wrong.status).toBe(422)
    expect(wrong.text).toContain('"fields":{"currentPassword":"This is not your current password."}')
    for (let guess = 0; guess < 4; guess += 1) await change(browser, 'not the password')
    expect((await change(browser, PASSWORD)).status, 'the sixth from this address').toBe(429)
    expect(
      (
        await new Browser(host.url).post('/api/auth/login', {
          email: 'budget@example.com',
          password: PASSWORD,
        })
      ).status,
    ).toBe(429)
    const failed = await db
      .selectFrom('auditEvents')
      .select('id')
      .where('actorId', '=', id)
      .where('action', '=', 'user.change_password_failed')
      .execute()
    expect(failed).toHaveLength(5)
  })
})

test('decision 23, I6: guesses at the current one that lock strangers out are told to the owner, in one letter', async () => {
  await sql`delete from rate_limits`.execute(db)
  const { browser, id } = await aSignedInUser(host)
  // A stolen session on a device that never signed in.
  browser.jar.delete('latchkey_device')
  for (let guess = 0; guess < 5; guess += 1)
    expect((await change(browser, 'not the password')).status).toBe(422)
  await sql`update rate_limits set expire = expire - 61000`.execute(db)
  expect((await change(browser, PASSWORD)).status, 'the right one is refused too').toBe(422)
  const mails = await db.selectFrom('emailOutbox').select('letter').where('userId', '=', id).execute()
  expect(mails).toEqual([{ letter: 'account-locked' }])
})
