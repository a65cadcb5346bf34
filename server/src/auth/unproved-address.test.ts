import { openLetter } from '@latchkey/db/outbox'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { PASSWORD } from '../test/actors.ts'
import { Browser } from '../test/browser.ts'
import { age } from '../test/clock.ts'
import { openTestHost } from '../test/host.ts'

const host = await openTestHost({ RATE_LIMITS: 'shipped', TRUSTED_PROXIES: '127.0.0.1' })
afterAll(() => host.close())
const { db } = host.deps

const WORDS = 'Win at evil.example/x'
let made = 0
const elsewhere = () => ({ headers: { 'x-forwarded-for': `2001:db8:${(made += 1).toString(16)}::1` } })

/** Of somebody else, who reads the mail there; the words are chosen by whoever registers it. */
let email = ''
let stranger = new Browser(host.url)
beforeEach(async () => {
  email = `victim-${(made += 1)}@example.com`
  stranger = new Browser(host.url)
  const input = { email, password: PASSWORD, displayName: WORDS }
  expect((await stranger.post('/api/auth/register', input, elsewhere())).status).toBe(202)
})

const login = (password = PASSWORD, browser = new Browser(host.url)) =>
  browser.post('/api/auth/login', { email, password }, elsewhere())
const lettersThere = () =>
  db.selectFrom('emailOutbox').selectAll().where('toAddress', '=', email).orderBy('createdAt').execute()
const namesOfLetters = async () => (await lettersThere()).map(({ letter }) => letter)
const requireOwner = () =>
  db.selectFrom('users').select('id').where('email', '=', email).executeTakeFirstOrThrow()
const countEvents = async (action: string) => {
  const { id } = await requireOwner()
  const events = db.selectFrom('auditEvents').select('id').where('targetId', '=', id)
  return (await events.where('action', '=', action as 'user.lockout').execute()).length
}

describe('E10, pain 7: an address that nobody has proved hears of nothing but its confirmation', () => {
  test('of a lock that guesses at signing in have made', async () => {
    for (let guess = 0; guess < 5; guess += 1) await login('not the password')
    expect(await countEvents('user.lockout')).toBe(1)
    expect(await namesOfLetters()).toEqual(['verify-email'])
  })

  test('of a lock that guesses of somebody signed in have made', async () => {
    await login(PASSWORD, stranger)
    stranger.jar.delete('latchkey_device')
    for (let guess = 0; guess < 5; guess += 1)
      await stranger.post('/api/auth/step-up', { password: 'not the password' }, elsewhere())
    expect(await countEvents('user.lockout')).toBe(1)
    expect(await namesOfLetters()).toEqual(['verify-email'])
  })

  test('of a new password', async () => {
    await login(PASSWORD, stranger)
    const input = { currentPassword: PASSWORD, password: 'copper-meadow-violin-58' }
    expect((await stranger.post('/api/auth/change-password', input, elsewhere())).status).toBe(200)
    expect(await namesOfLetters()).toEqual(['verify-email'])
  })

  test('of a sign-in that ended because its token was shown twice', async () => {
    await login(PASSWORD, stranger)
    const stolen = stranger.session ?? ''
    await stranger.post('/api/auth/refresh', {}, elsewhere())
    await stranger.get('/api/auth/me', elsewhere())
    await age(db, (await requireOwner()).id, 31)
    const thief = new Browser(host.url)
    thief.jar.set('latchkey_session', stolen)
    expect((await thief.get('/api/auth/me', elsewhere())).status).toBe(401)
    expect(await countEvents('session.reuse_detected')).toBe(1)
    expect(await namesOfLetters()).toEqual(['verify-email'])
  })

  test('and where it must hear as much as any other, without the words', async () => {
    await db.updateTable('users').set({ status: 'suspended' }).where('email', '=', email).execute()
    await new Browser(host.url).post('/api/auth/register', { email, password: PASSWORD }, elsewhere())
    await new Browser(host.url).post('/api/auth/resend-verification', { email }, elsewhere())
    const letters = await lettersThere()
    expect(letters.map(({ letter }) => letter)).toEqual(['verify-email', 'account-exists'])
    for (const row of letters) expect(JSON.stringify(openLetter(host.deps.box, row))).not.toContain(WORDS)
  })
})
