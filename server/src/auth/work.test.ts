import { Exchange } from '@latchkey/db/exchange'
import { afterAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { failedLoginsOf } from '../test/failed-logins.ts'
import { aUser, PASSWORD } from '../test/actors.ts'
import { Browser } from '../test/browser.ts'
import { openTestHost } from '../test/host.ts'

/** What an answer takes is what was asked of Postgres on its way. `npm run check:timing` measures it with a clock. */
const host = await openTestHost({
  TRUSTED_PROXIES: '127.0.0.1',
  RATE_LIMITS: 'shipped',
  DATABASE_POOL_SIZE: '1',
})
afterAll(() => host.close())
const { db } = host.deps
const trips = vi.spyOn(Exchange.prototype, 'submit')

let addresses = 0
const browser = new Browser(host.url)
const post = (path: string, body: object) =>
  browser.post(path, body, { headers: { 'x-forwarded-for': `2001:db8:${(addresses += 1).toString(16)}::1` } })
const login = (email: string, password = PASSWORD) => post('/api/auth/login', { email, password })
const register = (email: string) => post('/api/auth/register', { email, password: PASSWORD })

async function tripsOf(deed: () => Promise<{ status: number }>): Promise<{ status: number; trips: number }> {
  trips.mockClear()
  const { status } = await deed()
  return { status, trips: trips.mock.calls.length }
}

const someoneWho = async (change: { status: 'suspended' } | { passwordHash: null }) => {
  const user = await aUser(host)
  await db.updateTable('users').set(change).where('id', '=', user.id).execute()
  return user
}
async function someoneLocked() {
  const user = await aUser(host)
  for (let guess = 0; guess < 5; guess += 1) await login(user.email, 'not the password')
  return user
}

/** The first of each kind reads what is remembered from then on. */
beforeEach(async () => {
  await login('nobody-yet@example.com')
  await register(`first-${addresses}@example.com`)
})

describe('B2: every no of a sign-in asks Postgres as often', () => {
  test('an unknown address, a wrong password, no password, suspended and locked', async () => {
    const wrong = await aUser(host)
    const suspended = await someoneWho({ status: 'suspended' })
    const passwordless = await someoneWho({ passwordHash: null })
    const locked = await someoneLocked()
    const asked = {
      unknown: await tripsOf(() => login('nobody-at-all@example.com')),
      wrong: await tripsOf(() => login(wrong.email, 'not the password')),
      suspended: await tripsOf(() => login(suspended.email)),
      passwordless: await tripsOf(() => login(passwordless.email)),
      locked: await tripsOf(() => login(locked.email)),
    }
    expect(await failedLoginsOf(db, locked.id)).toEqual({ wrong_password: 5, locked: 1 })
    const no = { status: 401, trips: 4 }
    expect(asked).toEqual({ unknown: no, wrong: no, suspended: no, passwordless: no, locked: no })
  })

  test('the guess that locks an account, proved or not, and the one that locks an address of nobody', async () => {
    const { email } = await aUser(host)
    const { email: unproved } = await aUser(host, { isEmailVerified: false })
    for (const someone of [email, unproved, 'still-nobody@example.com'])
      for (let guess = 0; guess < 4; guess += 1) await login(someone, 'not the password')
    const known = await tripsOf(() => login(email, 'not the password'))
    expect(known).toEqual(await tripsOf(() => login('still-nobody@example.com', 'not the password')))
    expect(known).toEqual(await tripsOf(() => login(unproved, 'not the password')))
  })
})

test('B3: registering asks Postgres as often for a taken address as for a free one', async () => {
  const { email } = await aUser(host)
  const taken = await tripsOf(() => register(email))
  expect(taken).toEqual(await tripsOf(() => register('as-free-as-can-be@example.com')))
  expect(taken.status).toBe(202)
})
