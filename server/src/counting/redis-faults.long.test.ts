import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openTestDb, type TestDb } from '@latchkey/db/test-db'
import { openPasswords, type Passwords } from '../auth/password.ts'
import { aSignedInUser, aUser, PASSWORD } from '../test/actors.ts'
import { type Answer, Browser } from '../test/browser.ts'
import { failedLoginsOf } from '../test/failed-logins.ts'
import { type Running, runServer } from '../test/process.ts'
import { hasRedis, openTestRedis, type TestRedis } from '../test/redis.ts'

/** What is done to Redis in the middle of each run, and how it is undone before the next. */
const FAULTS: [string, (redis: TestRedis) => unknown, (redis: TestRedis) => unknown][] = [
  ['killed', (redis) => redis.kill(), (redis) => redis.restart()],
  ['stopped', (redis) => redis.hang(), (redis) => redis.wake()],
  ['flushed', (redis) => redis.flush(), () => {}],
  ['full', (redis) => redis.fill(), (redis) => redis.empty()],
  ['killed and back at once, empty', async (redis) => (await redis.kill(), await redis.restart()), () => {}],
]
const BEFORE_MS = 3000
const AFTER_MS = 5000

let guessers = 0

describe.skipIf(!hasRedis)('pain 18, I11, R7, N7: Redis goes in the middle of logins and reads', () => {
  let town: TestDb
  let passwords: Passwords
  let redis: TestRedis
  let server: Running
  beforeAll(async () => {
    town = await openTestDb({ RATE_LIMITS: 'shipped', TRUSTED_PROXIES: '127.0.0.1' })
    redis = await openTestRedis()
    passwords = await openPasswords(town.env)
    server = await runServer(town.env, { settings: { REDIS_URL: redis.url } })
  })
  afterAll(async () => {
    server.child.kill('SIGTERM')
    await server.ended
    await redis.close()
    await town.close()
  })
  const host = () => ({ url: server.url, deps: { db: town.db, passwords } as never })
  const health = async () =>
    (await new Browser(server.url).get('/internal/health')).body as { redis_ok: boolean }

  async function healthSays(redis_ok: boolean): Promise<void> {
    for (let attempt = 0; attempt < 50; attempt += 1) {
      if ((await health()).redis_ok === redis_ok) return
      await sleep(100)
    }
    expect.unreachable(`health does not say redis_ok: ${redis_ok}`)
  }

  type Sample = { at: number; took: number; status: number }
  /** Calls one after another until the end, and what each of them took. */
  async function repeat(ask: () => Promise<Answer>, until: number): Promise<Sample[]> {
    const samples: Sample[] = []
    while (Date.now() < until) {
      const at = Date.now()
      const { status } = await ask()
      samples.push({ at, took: Date.now() - at, status })
      await sleep(20)
    }
    return samples
  }

  test.each(FAULTS)('%s', { timeout: 60_000 }, async (name, fault, undo) => {
    await healthSays(true)
    const slug = name.replaceAll(/\W+/g, '-')
    const reader = await aSignedInUser(host(), { email: `reader-${slug}@example.com` })
    const writers = await Promise.all(
      [1, 2].map((nth) => aUser(host(), { email: `writer-${nth}-${slug}@example.com` })),
    )
    const victim = await aUser(host(), { email: `victim-${slug}@example.com` })
    const began = Date.now()
    const until = began + BEFORE_MS + AFTER_MS

    const visitor = new Browser(server.url)
    await visitor.get('/api/auth/csrf')
    const login = (email: string, password: string, from: string) => {
      const browser = new Browser(server.url)
      for (const [cookie, value] of visitor.jar) browser.jar.set(cookie, value)
      return browser.post('/api/auth/login', { email, password }, { headers: { 'x-forwarded-for': from } })
    }
    const running = Promise.all([
      repeat(
        () => reader.browser.get('/api/auth/me', { headers: { 'x-forwarded-for': '192.0.2.7' } }),
        until,
      ),
      ...writers.map(({ email }, nth) => repeat(() => login(email, PASSWORD, `192.0.2.${20 + nth}`), until)),
      repeat(
        () =>
          login(
            victim.email,
            'not the password',
            `198.${(guessers += 1) >> 16}.${(guessers >> 8) & 255}.${guessers & 255}`,
          ),
        until,
      ),
    ])
    await sleep(BEFORE_MS)
    await fault(redis)
    const faultAt = Date.now()
    const all = await running
    await undo(redis)

    const { wrong_password: evaluated } = await failedLoginsOf(town.db, victim.id)
    const p99 = (samples: Sample[]) =>
      samples.map(({ took }) => took).sort((a, b) => a - b)[Math.floor(samples.length * 0.99)] ?? 0
    for (const [kind, samples] of [
      ['reads', all[0]],
      ['logins', [...(all[1] ?? []), ...(all[2] ?? [])]],
    ] as const) {
      const [before, after] = [
        (samples ?? []).filter(({ at }) => at < faultAt),
        (samples ?? []).filter(({ at }) => at >= faultAt - 200),
      ]
      process.stdout.write(
        `Redis ${name}: ${kind} p99 ${p99(before)} ms before, ${p99(after)} ms after, longest ${Math.max(...after.map(({ took }) => took))} ms (${samples?.length} calls); ${evaluated} guesses evaluated\n`,
      )
    }
    const statuses = (samples: Sample[] | undefined) =>
      [...new Set(samples?.map(({ status }) => status))].sort()
    expect(statuses(all[0])).toEqual([200])
    expect([...new Set([...statuses(all[1]), ...statuses(all[2])])]).toEqual([200])
    expect(statuses(all[3])).toEqual([401])
    expect(evaluated).toBeGreaterThanOrEqual(5)
    expect(evaluated).toBeLessThanOrEqual(10)
    await healthSays(true)
  })

  test('health says so, and stays well, while Redis is away', async () => {
    await redis.kill()
    await healthSays(false)
    expect(await health()).toMatchObject({ ok: true, db_ok: true, redis_ok: false })
    await redis.restart()
    await healthSays(true)
  })
})
