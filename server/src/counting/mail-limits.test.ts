import { afterAll, describe, expect, test } from 'vitest'
import { aSignedInUser, aUser, PASSWORD } from '../test/actors.ts'
import { Browser } from '../test/browser.ts'
import { openHostOn, openTestHost } from '../test/host.ts'
import { sql } from 'kysely'

const host = await openTestHost({ TRUSTED_PROXIES: '127.0.0.1', RATE_LIMITS: 'shipped' })
afterAll(() => host.close())
const { db } = host.deps

let addresses = 0
const anotherAddress = () => `2001:db8:${(addresses += 1).toString(16)}::1`
const ask = (path: string, body: object, from = anotherAddress(), url = host.url) =>
  new Browser(url).post(path, body, { headers: { 'x-forwarded-for': from } })
const countLetters = async (email?: string) => {
  const letters = db.selectFrom('emailOutbox').select('id')
  return (await (email ? letters.where('toAddress', '=', email) : letters).execute()).length
}
let made = 0
const fresh = () => `limited-${(made += 1)}@example.com`

const ACTS: Record<string, (email: string) => object> = {
  '/api/auth/forgot-password': (email) => ({ email }),
  '/api/auth/resend-verification': (email) => ({ email }),
  '/api/auth/register': (email) => ({ email, password: PASSWORD }),
}

describe.each(Object.entries(ACTS))('I9, F5, F6: %s', (path, bodyOf) => {
  test('three letters an hour to one mailbox, whoever asks and whether anybody is there', async () => {
    const known = (await aUser(host, { isEmailVerified: path === '/api/auth/forgot-password' })).email
    for (const email of [known, fresh()]) {
      const before = await countLetters(email)
      const statuses = []
      for (let nth = 0; nth < 5; nth += 1) statuses.push((await ask(path, bodyOf(email))).status)
      expect(statuses.map((status) => status === 429)).toEqual([false, false, false, true, true])
      expect((await countLetters(email)) - before).toBeLessThanOrEqual(3)
    }
    expect(await countLetters(known)).toBe(3)
  })

  test('ten an hour from one address, to whomever', async () => {
    const from = anotherAddress()
    const statuses = []
    for (let nth = 0; nth < 12; nth += 1) statuses.push((await ask(path, bodyOf(fresh()), from)).status)
    expect(statuses.map((status) => status === 429)).toEqual([...Array<boolean>(10).fill(false), true, true])
  })
})

test('whoever is refused uses up nothing that is anybody else’s', async () => {
  await sql`delete from rate_limits`.execute(db)
  const from = anotherAddress()
  const { email } = await aUser(host)
  for (let nth = 0; nth < 10; nth += 1) await ask('/api/auth/forgot-password', { email: fresh() }, from)
  for (let nth = 0; nth < 5; nth += 1)
    expect((await ask('/api/auth/forgot-password', { email }, from)).status).toBe(429)
  const { rows } = await sql<{
    points: number
  }>`select points from rate_limits where key = 'mail:all'`.execute(db)
  expect(rows).toEqual([{ points: 10 }])
  expect((await ask('/api/auth/forgot-password', { email })).status).toBe(200)
  expect(await countLetters(email)).toBe(1)
})

test('the refusal says when it is worth asking again', async () => {
  const email = fresh()
  for (let nth = 0; nth < 3; nth += 1) await ask('/api/auth/forgot-password', { email })
  const refused = await ask('/api/auth/forgot-password', { email })
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(3500)
})

test('asking for another address counts as well', async () => {
  const { browser } = await aSignedInUser(host)
  const email = fresh()
  const statuses = []
  for (let nth = 0; nth < 4; nth += 1)
    statuses.push((await browser.post('/api/auth/change-email', { email })).status)
  expect(statuses).toEqual([200, 200, 200, 429])
})

test('and to one mailbox, whoever wants it for theirs', async () => {
  const email = fresh()
  const statuses = []
  for (let nth = 0; nth < 4; nth += 1) {
    const { browser } = await aSignedInUser(host)
    const from = { headers: { 'x-forwarded-for': anotherAddress() } }
    statuses.push((await browser.post('/api/auth/change-email', { email }, from)).status)
  }
  expect(statuses).toEqual([200, 200, 200, 429])
})

test('I9: and to the mailbox that hears of it, whatever the new one is', async () => {
  const { browser, email } = await aSignedInUser(host)
  const statuses = []
  for (let nth = 0; nth < 4; nth += 1) {
    const from = { headers: { 'x-forwarded-for': anotherAddress() } }
    statuses.push((await browser.post('/api/auth/change-email', { email: fresh() }, from)).status)
  }
  expect(statuses).toEqual([200, 200, 200, 429])
  expect(await countLetters(email)).toBe(3)
})

test('a thousand an hour of all kinds, from everywhere; what is past that waits and is told so', async () => {
  await sql`delete from rate_limits where key = 'mail:all'`.execute(db)
  await ask('/api/auth/forgot-password', { email: fresh() })
  await sql`update rate_limits set points = 999 where key = 'mail:all'`.execute(db)
  expect((await ask('/api/auth/forgot-password', { email: fresh() })).status).toBe(200)
  const before = await countLetters()
  const { email } = await aUser(host)
  const refused = await ask('/api/auth/forgot-password', { email })
  expect([refused.status, refused.body]).toMatchObject([503, { code: 'BUSY' }])
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
  const other = await openHostOn(host.town.env)
  expect(
    (await ask('/api/auth/resend-verification', { email: fresh() }, anotherAddress(), other.url)).status,
  ).toBe(503)
  await other.close()
  expect(await countLetters()).toBe(before)
  await sql`delete from rate_limits where key = 'mail:all'`.execute(db)
})
