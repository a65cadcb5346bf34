import { afterAll, expect, test } from 'vitest'
import { LIFETIME_SECONDS } from '@latchkey/shared/limits'
import { sql } from 'kysely'
import { limitsOf } from '../limits.ts'
import { aUser, PASSWORD } from '../test/actors.ts'
import { Browser } from '../test/browser.ts'
import { openTestHost } from '../test/host.ts'
import { tokenIn } from '../test/letters.ts'

const host = await openTestHost({ RATE_LIMITS: 'shipped', TRUSTED_PROXIES: '127.0.0.1' })
afterAll(() => host.close())
const { db } = host.deps

let addresses = 0
const elsewhere = () => ({ 'x-forwarded-for': `192.0.2.${(addresses += 1)}` })
const login = (email: string, password: string) =>
  new Browser(host.url).post('/api/auth/login', { email, password }, { headers: elsewhere() })
const unlock = (token: unknown) =>
  new Browser(host.url).post('/api/auth/unlock', { token }, { headers: elsewhere() })

/** Somebody whom strangers' guesses have locked out of every new device, with the token of the letter about it. */
async function aLockedOutUser(): Promise<{ id: string; email: string; token: string }> {
  const { id, email } = await aUser(host)
  for (let guess = 0; guess < 5; guess += 1) await login(email, 'not the password')
  return { id, email, token: await tokenIn(host, email) }
}

test('the link lets strangers’ devices in again: the right password works, and is asked for', async () => {
  const { email, token } = await aLockedOutUser()
  expect((await login(email, PASSWORD)).status).toBe(401)
  const answer = await unlock(token)
  expect([answer.status, answer.body]).toEqual([200, { ok: true }])
  expect(answer.headers.getSetCookie().join()).not.toContain('latchkey_session')
  expect((await login(email, 'not the password')).status).toBe(401)
  expect((await login(email, PASSWORD)).status).toBe(200)
})

test('who goes on guessing locks it again, for longer', async () => {
  const { email, token } = await aLockedOutUser()
  await unlock(token)
  for (let guess = 0; guess < 5; guess += 1) await login(email, 'not the password')
  await sql`update rate_limits set expire = expire - ${6 * 60_000}`.execute(db)
  expect((await login(email, PASSWORD)).status, 'five minutes are not enough the second time').toBe(401)
})

test('no lock outlives the link of its letter', () => {
  const { lockSeconds, byStranger, byDay } = limitsOf(host.deps.env).guesses.password
  const longest = Math.max(...lockSeconds, byStranger.seconds, byDay.seconds)
  expect(LIFETIME_SECONDS.unlockLink).toBeGreaterThanOrEqual(longest)
})

test('it is good once, also when a hundred ask at the same time, and is audited once', async () => {
  const { id, token } = await aLockedOutUser()
  const answers = await Promise.all(Array.from({ length: 100 }, () => unlock(token)))
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 400]))
  const events = await db
    .selectFrom('auditEvents')
    .select('actorId')
    .where('action', '=', 'user.unlock')
    .where('targetId', '=', id)
    .execute()
  expect(events).toEqual([{ actorId: id }])
})

test('a newer letter kills the older link; a day kills any', async () => {
  const { email, token } = await aLockedOutUser()
  await sql`update rate_limits set expire = expire - ${6 * 60_000}`.execute(db)
  for (let guess = 0; guess < 5; guess += 1) await login(email, 'not the password')
  const newer = await tokenIn(host, email)
  expect(newer).not.toBe(token)
  expect((await unlock(token)).status).toBe(400)
  await sql`update one_time_tokens set expires_at = expires_at - interval '86401 seconds'`.execute(db)
  expect((await unlock(newer)).body).toMatchObject({ code: 'TOKEN_INVALID' })
})

test.each([
  ['nothing', ''],
  ['invented', 'A'.repeat(43)],
  ['an array', ['x']],
  ['null', null],
  ['an object', {}],
  ['too long', 'x'.repeat(129)],
])('%s is no token, and nothing else than a refusal', async (_name, token) => {
  expect([400, 422]).toContain((await unlock(token)).status)
})

test('a link of another kind is no unlock link', async () => {
  const email = 'someone-new@example.com'
  await new Browser(host.url).post(
    '/api/auth/register',
    { email, password: PASSWORD },
    { headers: elsewhere() },
  )
  expect((await unlock(await tokenIn(host, email))).status).toBe(400)
})

test('reading the table unlocks nothing', async () => {
  await aLockedOutUser()
  const rows = await db.selectFrom('oneTimeTokens').select('tokenHash').execute()
  for (const { tokenHash } of rows)
    for (const spelling of ['base64url', 'base64', 'hex'] as const)
      expect([400, 422]).toContain((await unlock(tokenHash.toString(spelling))).status)
})

test('K1: a lock is remembered once, however often they go on guessing', async () => {
  const { id, email } = await aLockedOutUser()
  for (let guess = 0; guess < 3; guess += 1) await login(email, 'not the password')
  const events = await db
    .selectFrom('auditEvents')
    .select(['actorId', 'action'])
    .where('targetId', '=', id)
    .where('action', '=', 'user.lockout')
    .execute()
  expect(events).toEqual([{ actorId: null, action: 'user.lockout' }])
})
