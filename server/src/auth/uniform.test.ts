import { afterAll, describe, expect, test } from 'vitest'
import { aUser, PASSWORD } from '../test/actors.ts'
import { type Answer, Browser } from '../test/browser.ts'
import { openTestHost } from '../test/host.ts'
import { settled } from '../test/settled.ts'

/** Every try from another address, so that what is compared is the account's part alone. */
const host = await openTestHost({
  TRUSTED_PROXIES: '127.0.0.1',
  RATE_LIMITS: 'shipped',
  REQUIRE_VERIFIED_EMAIL: 'true',
})
afterAll(() => host.close())
const { db } = host.deps

let addresses = 0
const anotherAddress = () => `2001:db8:${(addresses += 1).toString(16)}::1`
const TRIES = 30
const tries = async <T>(deed: (nth: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: TRIES }, (_, nth) => deed(nth)))

type Login = { email: string; password?: string; from?: string; path?: string }
const login = ({ email, password = PASSWORD, from = anotherAddress(), path = '/api/auth/login' }: Login) =>
  new Browser(host.url).post(path, { email, password }, { headers: { 'x-forwarded-for': from } })

const without = async (change: { status: 'suspended' } | { passwordHash: null }): Promise<string> => {
  const { id, email } = await aUser(host)
  await db.updateTable('users').set(change).where('id', '=', id).execute()
  return email
}
async function aLockedUser(): Promise<string> {
  const { email } = await aUser(host)
  for (let guess = 0; guess < 5; guess += 1) await login({ email, password: 'not the password' })
  return email
}
const locked = await aLockedUser()

/** In each of these the answer is no, and nobody may hear which. The right password is shown where there is one. */
const STATES: Record<string, (nth: number) => Promise<Login>> = {
  'an unknown address': async (nth) => ({ email: `unknown-${nth}@example.com` }),
  'a wrong password': async () => ({ email: (await aUser(host)).email, password: 'not the password' }),
  'no password': async () => ({ email: await without({ passwordHash: null }) }),
  'a suspended person': async () => ({ email: await without({ status: 'suspended' }) }),
  'an address that nobody has proved': async () => await aUser(host, { isEmailVerified: false }),
  'a locked account': async () => ({ email: locked }),
}

describe('B1: sign-in says no in one way', () => {
  test.each(['/api/auth/login', '/v1/auth/login', '/api/trpc/auth.login'])(
    `%s: ${Object.keys(STATES).length} states, ${TRIES} tries of each, one answer`,
    async (path) => {
      const sayings = new Set<string>()
      for (const state of Object.values(STATES))
        for (const answer of await tries(async (nth) => login({ ...(await state(nth)), path })))
          sayings.add(JSON.stringify(settled(answer)))
      expect([...sayings]).toEqual([expect.stringContaining('INVALID_CREDENTIALS')])
      expect(JSON.parse([...sayings][0] ?? '')).toMatchObject({ status: 401, cookies: [] })
    },
  )

  test('the right password of an account that is well is another answer, so this can tell', async () => {
    expect(settled(await login({ email: (await aUser(host)).email })).status).toBe(200)
  })
})

describe('B3: registering says yes in one way', () => {
  const register = (email: string, path: string) =>
    new Browser(host.url).post(
      path,
      { email, password: PASSWORD },
      { headers: { 'x-forwarded-for': anotherAddress() } },
    )

  test.each(['/api/auth/register', '/api/users/signup', '/api/trpc/auth.register'])(
    '%s: free, taken, suspended and taken without a password',
    async (path) => {
      const taken: string[] = []
      const before = await db.selectFrom('users').select('id').execute()
      const emails: ((nth: number) => Promise<string>)[] = [
        async (nth) => `free-${nth}-${path.replaceAll('/', '.')}@example.com`,
        async () => {
          taken.push((await aUser(host)).email)
          return taken.at(-1) ?? ''
        },
        async () => without({ status: 'suspended' }),
        async () => without({ passwordHash: null }),
      ]
      const sayings = new Set<string>()
      for (const emailOf of emails)
        for (const answer of await tries(async (nth) => register(await emailOf(nth), path)))
          sayings.add(JSON.stringify(settled(answer)))
      expect(sayings.size).toBe(1)
      const after = await db.selectFrom('users').select('id').execute()
      expect(after.length - before.length, 'the free ones, and those that were made to be taken').toBe(
        4 * TRIES,
      )
      const mails = await db
        .selectFrom('emailOutbox')
        .select('letter')
        .where('toAddress', 'in', taken)
        .execute()
      expect(mails.map(({ letter }) => letter)).toEqual(Array(TRIES).fill('account-exists'))
    },
  )
})

describe('B5: limits do not tell who is there', () => {
  const heard = ({ status, headers }: Answer) => [status, Number(headers.get('retry-after') ?? 0)] as const

  test('by address: the same try is refused for the same time', async () => {
    const known = (await aUser(host)).email
    const sequences = []
    for (const email of [known, 'nobody-here@example.com']) {
      const from = anotherAddress()
      const sequence = []
      for (let guess = 0; guess < 7; guess += 1)
        sequence.push(heard(await login({ email, from, password: 'not the password' })))
      sequences.push(sequence)
    }
    const [one = [], other = []] = sequences
    expect(one.map(([status]) => status)).toEqual([401, 401, 401, 401, 401, 429, 429])
    for (const [nth, [status, seconds]] of one.entries()) {
      expect(other[nth]?.[0]).toBe(status)
      expect(Math.abs((other[nth]?.[1] ?? 0) - seconds)).toBeLessThanOrEqual(2)
    }
  })

  test('by account: locked or not, known or not, all 12 tries sound alike', async () => {
    const known = (await aUser(host)).email
    const sayings = new Set<string>()
    for (const email of [known, 'nobody-at-all@example.com'])
      for (let guess = 0; guess < 12; guess += 1)
        sayings.add(JSON.stringify(settled(await login({ email, password: 'not the password' }))))
    expect(sayings.size).toBe(1)
  })
})
