import { afterAll, expect, test } from 'vitest'
import { Browser } from '../test/browser.ts'
import { openTestHost } from '../test/host.ts'
import { freePort } from '../test/process.ts'
import { hasRedis, openTestRedis } from '../test/redis.ts'

const changesOf = async ({ town }: Awaited<ReturnType<typeof openTestHost>>) =>
  (
    await town.ownerDb
      .selectFrom('auditEvents')
      .select('action')
      .where('action', 'like', 'limiter.%')
      .orderBy('id')
      .execute()
  ).map(({ action }) => action)
const metricsOf = async (url: string) => (await new Browser(url).get('/metrics')).text

const REDIS_URL = `redis://127.0.0.1:${await freePort()}`
const host = await openTestHost({ REDIS_URL })
afterAll(() => host.close())

test('beyond 11: a Redis that is not there is remembered once, and told to whoever watches', async () => {
  await expect.poll(() => changesOf(host)).toEqual(['limiter.degraded'])
  expect(await metricsOf(host.url)).toContain('limiter_degraded 1\n')
  // It is tried again all the time, which changes nothing.
  await new Promise((resolve) => setTimeout(resolve, 500))
  expect(await changesOf(host)).toEqual(['limiter.degraded'])
})

test('beyond 11: where there is to be none, nothing is missing', async () => {
  const alone = await openTestHost()
  expect(await metricsOf(alone.url)).toContain('limiter_degraded 0\n')
  expect(await changesOf(alone)).toEqual([])
  await alone.close()
})

test.skipIf(!hasRedis)('beyond 11: one that comes back is remembered, too', async () => {
  const redis = await openTestRedis()
  const own = await openTestHost({ REDIS_URL: redis.url })
  try {
    expect(await metricsOf(own.url)).toContain('limiter_degraded 0\n')
    await redis.kill()
    await expect.poll(() => changesOf(own)).toEqual(['limiter.degraded'])
    await redis.restart()
    await expect
      .poll(() => changesOf(own), { timeout: 10_000 })
      .toEqual(['limiter.degraded', 'limiter.restored'])
    expect(await metricsOf(own.url)).toContain('limiter_degraded 0\n')
  } finally {
    await own.close()
    await redis.close()
  }
})

test.skipIf(!hasRedis)(
  'N7: a full one goes once, however often it is tried, and comes back when it has room',
  async () => {
    const redis = await openTestRedis()
    const own = await openTestHost({ REDIS_URL: redis.url })
    try {
      await redis.fill()
      const guess = async () => {
        const browser = new Browser(own.url)
        await browser.get('/api/auth/csrf')
        return (await browser.post('/api/auth/login', { email: 'nobody@example.com', password: 'none' }))
          .status
      }
      for (let tried = 0; tried < 4; tried += 1) {
        expect(await guess()).toBe(401)
        await new Promise((resolve) => setTimeout(resolve, 300))
      }
      expect(await changesOf(own)).toEqual(['limiter.degraded'])
      expect(await metricsOf(own.url)).toContain('limiter_degraded 1\n')
      await redis.empty()
      await expect
        .poll(() => changesOf(own), { timeout: 10_000 })
        .toEqual(['limiter.degraded', 'limiter.restored'])
    } finally {
      await own.close()
      await redis.close()
    }
  },
)
