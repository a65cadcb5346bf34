import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openTestDb, type TestDb } from '@latchkey/db/test-db'
import { openPasswords, type Passwords } from '../auth/password.ts'
import { aSignedInUser, aUser, PASSWORD } from '../test/actors.ts'
import { type Answer, Browser } from '../test/browser.ts'
import { failedLoginsOf } from '../test/failed-logins.ts'
import { type Running, runServer } from '../test/process.ts'
import { hasRedis, openTestRedis, type TestRedis } from '../test/redis.ts'

const GUESSES = 1000
const CASES = (['postgres', 'redis'] as const).flatMap((store) =>
  ([1, 3] as const).map((workers) => ({ store, workers })),
)

describe.each(CASES)('I5, I6, I10, pain 6: counted in $store, $workers at work', ({ store, workers }) => {
  describe.skipIf(store === 'redis' && !hasRedis)('1,000 wrong guesses at once on one account', () => {
    let town: TestDb
    let passwords: Passwords
    let redis: TestRedis | undefined
    let server: Running
    beforeAll(async () => {
      town = await openTestDb({
        RATE_LIMITS: 'shipped',
        TRUSTED_PROXIES: '127.0.0.1',
        DATABASE_POOL_SIZE: '10',
      })
      redis = store === 'redis' ? await openTestRedis() : undefined
      passwords = await openPasswords(town.env)
      const settings = {
        SERVER_WORKERS: String(workers),
        LOG_LEVEL: 'info',
        ...(redis && { REDIS_URL: redis.url }),
      }
      server = await runServer(town.env, { settings })
    })
    afterAll(async () => {
      server.child.kill('SIGTERM')
      await server.ended
      await redis?.close()
      await town.close()
    })
    const host = () => ({ url: server.url, deps: { db: town.db, passwords } as never })

    /** Whoever finds the queue full comes back: nothing is evaluated for want of trying. */
    async function insist(ask: () => Promise<Answer>): Promise<Answer> {
      for (;;) {
        const answer = await ask()
        if (answer.status !== 503) return answer
        await sleep(300 + Math.random() * 700)
      }
    }
    async function guess(email: string, from: string, token: Map<string, string>): Promise<Answer> {
      const browser = new Browser(server.url)
      for (const [name, value] of token) browser.jar.set(name, value)
      const body = { email, password: 'not the password' }
      return insist(() => browser.post('/api/auth/login', body, { headers: { 'x-forwarded-for': from } }))
    }
    test.each([
      ['one address', () => '192.0.2.1'],
      ['1,000 addresses', (nth: number) => `198.51.${100 + (nth >> 8)}.${nth & 255}`],
    ] as const)(
      'from %s: five are evaluated, and the owner comes in from a device of theirs',
      async (name, from) => {
        const owner = await aSignedInUser(host(), { email: `${name.length}-${store}-${workers}@example.com` })
        const visitor = new Browser(server.url)
        expect((await visitor.get('/api/auth/csrf')).status).toBe(200)
        let isOver = false
        const attack = Promise.all(
          Array.from({ length: GUESSES }, (_, nth) => guess(owner.email, from(nth), visitor.jar)),
        ).finally(() => (isOver = true))

        let entered = 0
        while (!isOver) {
          const answer = await insist(() =>
            owner.browser.post(
              '/api/auth/login',
              { email: owner.email, password: PASSWORD },
              { headers: { 'x-forwarded-for': '203.0.113.9' } },
            ),
          )
          expect(answer.status).toBe(200)
          entered += 1
        }
        const statuses = Map.groupBy(await attack, ({ status }) => status)
        expect((await failedLoginsOf(town.db, owner.id))['wrong_password']).toBe(5)
        expect(new Set(statuses.keys())).toEqual(new Set(name === 'one address' ? [401, 429] : [401]))
        expect(entered).toBeGreaterThan(0)
      },
    )

    test('A10: 20 right logins at once all succeed', async () => {
      const { email } = await aUser(host(), { email: `twenty-${store}-${workers}@example.com` })
      const answers = await Promise.all(
        Array.from({ length: 20 }, (_, nth) =>
          new Browser(server.url).post(
            '/api/auth/login',
            { email, password: PASSWORD },
            { headers: { 'x-forwarded-for': `203.0.113.${100 + nth}` } },
          ),
        ),
      )
      expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(200))
    })
  })
})
