import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { aSignedInUser, aUser, PASSWORD } from '../test/actors.ts'
import { type Answer, Browser } from '../test/browser.ts'
import { failedLoginsOf } from '../test/failed-logins.ts'
import { openTestHost, type TestHost } from '../test/host.ts'
import { hasRedis, openTestRedis, type TestRedis } from '../test/redis.ts'

let addresses = 0
const anotherAddress = () => `198.51.${Math.floor((addresses += 1) / 250)}.${(addresses % 250) + 1}`

describe.each(['postgres', 'redis'] as const)('counted in %s', (store) => {
  describe.skipIf(store === 'redis' && !hasRedis)('I1', () => {
    let redis: TestRedis | undefined
    let host: TestHost
    beforeAll(async () => {
      redis = store === 'redis' ? await openTestRedis() : undefined
      // The test is a proxy of its own, so that it can call from as many addresses as it likes.
      const settings = { TRUSTED_PROXIES: '127.0.0.1', RATE_LIMITS: 'shipped', REDIS_URL: redis?.url }
      host = await openTestHost(settings)
    })
    afterAll(async () => {
      await host.close()
      await redis?.close()
    })
    beforeEach(async () => {
      await redis?.flush()
      await sql`delete from rate_limits`.execute(host.deps.db)
    })

    const pass = async (minutes: number) => {
      await redis?.pass(minutes * 60_000)
      await sql`update rate_limits set expire = expire - ${minutes * 60_000}`.execute(host.deps.db)
    }

    type Login = { email: string; password?: string; from?: string; browser?: Browser }
    async function login({ email, password = 'not the password', from, browser }: Login): Promise<Answer> {
      const who = browser ?? new Browser(host.url)
      return who.post('/api/auth/login', { email, password }, { headers: { 'x-forwarded-for': from } })
    }

    const reasons = (userId: string) => failedLoginsOf(host.deps.db, userId)

    describe('decision 23, I3, I6: by address', () => {
      test('five wrong a minute, the sixth is 429 with Retry-After, the same through both doors', async () => {
        const { email } = await aUser(host)
        const from = anotherAddress()
        for (let guess = 0; guess < 5; guess += 1) expect((await login({ email, from })).status).toBe(401)
        const sixth = await login({ email: 'another@example.com', from })
        expect(sixth.status).toBe(429)
        expect(Number(sixth.headers.get('retry-after'))).toBeGreaterThan(0)
        expect(sixth.body).toMatchObject({ code: 'RATE_LIMITED' })
        const trpc = await new Browser(host.url).post(
          '/api/trpc/auth.login',
          { email, password: 'x' },
          { headers: { 'x-forwarded-for': from } },
        )
        expect([trpc.status, trpc.headers.get('retry-after') !== null]).toEqual([429, true])
        expect((await login({ email, from: anotherAddress(), password: PASSWORD })).status).not.toBe(429)
      })

      test('a right guess gives its point back whether what it was for succeeds or fails', async () => {
        const { guesses, db } = host.deps
        const guesser = { address: anotherAddress(), account: anotherAddress(), proved: undefined }
        for (let nth = 0; nth < 12; nth += 1) {
          const grant = await guesses.begin('password', guesser)
          if (grant.refused) throw new Error(`the guess after ${nth} right ones was refused`)
          const act = grant.rightFor((giveBack) =>
            db.transaction().execute(async (trx) => {
              await giveBack(trx)
              if (nth % 2) throw new Error('too late')
            }),
          )
          if (nth % 2) await expect(act).rejects.toThrow('too late')
          else await act
        }
        const { rows } = await sql<{ points: number }>`select points from rate_limits`.execute(db)
        expect(rows.filter(({ points }) => points !== 0)).toEqual([])
        // And not a point too many: five wrong ones are still all there are.
        for (let nth = 0; nth < 5; nth += 1) {
          const grant = await guesses.begin('password', guesser)
          if (grant.refused) throw new Error(`the guess after ${nth} wrong ones was refused`)
          await grant.wrong()
        }
        expect(await guesses.begin('password', guesser)).toMatchObject({ refused: 'address' })
      })

      test('D5: what is refused before the act costs nothing', async () => {
        const { email } = await aUser(host)
        const from = anotherAddress()
        const stranger = new Browser(host.url)
        for (let call = 0; call < 10; call += 1) {
          const headers = { 'x-forwarded-for': from }
          await stranger.send('POST', '/api/auth/login', { body: { email, password: 'x' }, headers })
          await stranger.post('/api/auth/login', { email: 'nonsense' }, { headers })
        }
        expect((await login({ email, from, password: PASSWORD })).status).toBe(200)
      })

      test('I2: neighbours of one /64 share a counter', async () => {
        const { email } = await aUser(host)
        for (let guess = 0; guess < 5; guess += 1)
          await login({ email: `nobody-${guess}@example.com`, from: `2001:db8:0:1::${guess + 1}` })
        expect((await login({ email, from: '2001:db8:0:1:ffff::9', password: PASSWORD })).status).toBe(429)
        expect((await login({ email, from: '2001:db8:0:2::1', password: PASSWORD })).status).toBe(200)
      })
    })

    describe('decision 23, I5, I6, pain 6: by account', () => {
      test('40 wrong guesses at once from 40 addresses: exactly five are evaluated, all look the same', async () => {
        const { id, email } = await aUser(host)
        const answers = await Promise.all(
          Array.from({ length: 40 }, () => login({ email, from: anotherAddress() })),
        )
        expect(await reasons(id)).toEqual({ wrong_password: 5, locked: 35 })
        const bodies = answers.map(
          ({ status, body }) => `${status} ${JSON.stringify({ ...(body as object), requestId: '' })}`,
        )
        expect(new Set(bodies).size).toBe(1)
      })

      test('40 wrong guesses at once from one address: exactly five are evaluated', async () => {
        const { id, email } = await aUser(host)
        const from = anotherAddress()
        const answers = await Promise.all(Array.from({ length: 40 }, () => login({ email, from })))
        expect(await reasons(id)).toEqual({ wrong_password: 5 })
        expect(answers.filter(({ status }) => status === 429)).toHaveLength(35)
      })

      test('while strangers are locked out, with the right password too, the owner signs in from a device that did before', async () => {
        const { id, email, browser } = await aSignedInUser(host)
        await browser.post('/api/auth/logout')
        for (let guess = 0; guess < 8; guess += 1) await login({ email, from: anotherAddress() })
        expect((await login({ email, from: anotherAddress(), password: PASSWORD })).status).toBe(401)
        expect((await login({ email, from: anotherAddress(), password: PASSWORD, browser })).status).toBe(200)
        const mails = await host.deps.db
          .selectFrom('emailOutbox')
          .select('letter')
          .where('userId', '=', id)
          .execute()
        expect(mails).toEqual([{ letter: 'account-locked' }])
      })

      test('a device cookie is worth nothing for another account, forged, or cut', async () => {
        // In from a browser of their own, so that there is a device that is let in, and it is not this one.
        const victim = await aSignedInUser(host)
        const { browser } = await aSignedInUser(host)
        for (let guess = 0; guess < 5; guess += 1)
          await login({ email: victim.email, from: anotherAddress() })
        const own = browser.jar.get('latchkey_device') ?? ''
        for (const cookie of [own, `${own.split('.')[0]}.${'A'.repeat(43)}`, own.slice(0, -1), 'x', '']) {
          const thief = new Browser(host.url)
          thief.jar.set('latchkey_device', cookie)
          expect(
            (await login({ email: victim.email, from: anotherAddress(), password: PASSWORD, browser: thief }))
              .status,
          ).toBe(401)
        }
      })

      test('the device has a budget of its own: ten wrong in 15 minutes', async () => {
        const { id, email, browser } = await aSignedInUser(host)
        await browser.post('/api/auth/logout')
        for (let guess = 0; guess < 12; guess += 1) await login({ email, from: anotherAddress(), browser })
        expect(await reasons(id)).toEqual({ wrong_password: 10, locked: 2 })
        expect(
          (await login({ email, from: anotherAddress(), password: PASSWORD })).status,
          'strangers have theirs',
        ).toBe(200)
      })

      test('a lock ends by itself after five minutes, and the next is twice as long, up to an hour', async () => {
        const { email } = await aUser(host)
        for (const minutes of [5, 10, 20, 40, 60, 60]) {
          for (let guess = 0; guess < 5; guess += 1) await login({ email, from: anotherAddress() })
          await pass(minutes - 1)
          expect(
            (await login({ email, from: anotherAddress(), password: PASSWORD })).status,
            `${minutes - 1} minutes`,
          ).toBe(401)
          await pass(1.1)
        }
        expect((await login({ email, from: anotherAddress(), password: PASSWORD })).status).toBe(200)
      })

      test('B5: an unknown address is counted like a known one', async () => {
        const from = anotherAddress()
        const statuses = []
        for (let guess = 0; guess < 6; guess += 1)
          statuses.push((await login({ email: 'unknown@example.com', from })).status)
        expect(statuses).toEqual([401, 401, 401, 401, 401, 429])
      })
    })

    describe('A10: right ones are free', () => {
      test('20 right logins at once after four wrong ones all succeed', async () => {
        const { email } = await aUser(host)
        const from = anotherAddress()
        for (let guess = 0; guess < 4; guess += 1) await login({ email, from })
        const answers = await Promise.all(
          Array.from({ length: 20 }, () => login({ email, from, password: PASSWORD })),
        )
        expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
      })
    })

    test('what is counted is not readable, and stands where it should', async () => {
      await login({ email: 'readable@example.com', from: '203.0.113.77' })
      const { rows } = await sql<{ key: string }>`select key from rate_limits`.execute(host.deps.db)
      const keys = [...rows.map(({ key }) => key), ...((await redis?.keys()) ?? [])]
      expect(keys.length).toBeGreaterThan(0)
      expect(keys.join(' ')).not.toMatch(/readable|example|203\.0/)
      for (const key of (await redis?.keys()) ?? []) expect(key).toMatch(/^latchkey:password:/)
    })
  })
})
