import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { limitsOf } from '../limits.ts'
import { proceduresOf } from '../procedures.ts'
import { appRouter } from '../router.ts'
import { aSignedInUser, PASSWORD } from '../test/actors.ts'
import { type Answer, Browser } from '../test/browser.ts'
import { openHostOn, openTestHost, type TestHost } from '../test/host.ts'
import { hasRedis, openTestRedis, type TestRedis } from '../test/redis.ts'

const LIMITS = limitsOf({ RATE_LIMITS: 'shipped', CAPTCHA: 'off', TURNSTILE_SITE_KEY: undefined })
const REGISTRATIONS = LIMITS.calls['auth.register']?.points ?? 0
/** A body with which each counted procedure is reached; what it answers does not matter here. */
const BODIES: Record<string, () => object> = {
  // Reaches the act and goes no further: letters have limits of their own.
  'auth.register': () => ({ email: 'new@example.com', password: 'aaaaaaaaaaaa' }),
  'captcha.ask': () => ({ act: 'login' }),
  'auth.unlock': () => ({ token: 'x'.repeat(43) }),
  'auth.verifyEmail': () => ({ token: 'x'.repeat(43) }),
  'auth.resetPassword': () => ({ token: 'x'.repeat(43), password: 'velvet-harbour-mango-42' }),
  'auth.confirmChangeEmail': () => ({ token: 'x'.repeat(43) }),
  'auth.undoChangeEmail': () => ({ token: 'x'.repeat(43) }),
  'auth.notMe': () => ({ token: 'x'.repeat(43) }),
  'auth.stepUp': () => ({ password: PASSWORD }),
  'profile.update': () => ({ displayName: 'Ada' }),
  'auth.refresh': () => ({}),
  'auth.changePassword': () => ({ currentPassword: PASSWORD, password: 'aaaaaaaaaaaa' }),
}
let addresses = 0
const anotherAddress = () => `203.0.113.${(addresses += 1)}`

test('every limit is of a procedure that there is', () => {
  const live = proceduresOf(appRouter)
  expect(Object.keys(LIMITS.calls).filter((name) => !live.has(name))).toEqual([])
  expect(Object.keys(BODIES).sort()).toEqual(Object.keys(LIMITS.calls).sort())
})

describe.each(['postgres', 'redis'] as const)('I1, I4, I10: calls counted in %s', (store) => {
  describe.skipIf(store === 'redis' && !hasRedis)('one limit a procedure', () => {
    let redis: TestRedis | undefined
    let host: TestHost
    beforeAll(async () => {
      redis = store === 'redis' ? await openTestRedis() : undefined
      host = await openTestHost({
        TRUSTED_PROXIES: '127.0.0.1',
        RATE_LIMITS: 'shipped',
        REDIS_URL: redis?.url,
      })
    })
    afterAll(async () => {
      await host.close()
      await redis?.close()
    })

    test.each(Object.entries(LIMITS.calls))(
      '%s: so many are let through and the next is 429 with Retry-After, the same on both doors',
      async (procedure, { points }) => {
        const { browser } = await aSignedInUser(host)
        const from = anotherAddress()
        const call = (): Promise<Answer> =>
          browser.post(`/api/trpc/${procedure}`, BODIES[procedure]?.(), {
            headers: { 'x-forwarded-for': from },
          })
        for (let calls = 0; calls < points; calls += 1) expect((await call()).status).not.toBe(429)
        const refused = await call()
        expect(refused.status).toBe(429)
        expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
        expect(refused.body).toMatchObject({ error: { data: { code: 'RATE_LIMITED', httpStatus: 429 } } })
      },
    )

    test('whoever is another address, person or session is not refused with them', async () => {
      for (const [procedure, { by }] of Object.entries(LIMITS.calls)) {
        const { browser } = await aSignedInUser(host)
        const answer = await browser.post(`/api/trpc/${procedure}`, BODIES[procedure]?.(), {
          headers: { 'x-forwarded-for': anotherAddress() },
        })
        expect([procedure, by, answer.status === 429]).toEqual([procedure, by, false])
      }
    })

    test('I3: spellings of the path that reach the procedure share its counter, the others reach nothing', async () => {
      const from = anotherAddress()
      const paths = [
        '/api/auth/register',
        '/api/users/signup',
        '/v1/auth/register',
        '/api/trpc/auth.register',
        '/api/trpc/auth%2Eregister',
        '/api//auth/register',
        '/api/./auth/register',
        '/api/auth/register/',
        '/API/auth/register',
        '/api/auth/registe%72',
        '/api/auth/register;a=b',
        '/api/auth/register?x=1',
      ]
      const reached: number[] = []
      for (let call = 0; call < 72; call += 1) {
        const answer = await new Browser(host.url).post(
          paths[call % paths.length] ?? '',
          BODIES['auth.register']?.(),
          {
            headers: { 'x-forwarded-for': from },
          },
        )
        reached.push(answer.status)
      }
      expect(reached.filter((status) => status === 422)).toHaveLength(REGISTRATIONS)
      expect(new Set(reached)).toEqual(new Set([422, 404, 429]))
    })

    test('what is refused before the act costs nothing', async () => {
      const from = anotherAddress()
      const browser = new Browser(host.url)
      const headers = { 'x-forwarded-for': from }
      for (let call = 0; call <= REGISTRATIONS; call += 1) {
        await browser.send('POST', '/api/auth/register', { body: BODIES['auth.register']?.(), headers })
        await browser.post('/api/auth/register', { email: 'nonsense' }, { headers })
      }
      const answer = await browser.post('/api/auth/register', BODIES['auth.register']?.(), { headers })
      expect(answer.body).toMatchObject({ fields: { password: expect.any(String) as string } })
    })

    test('a limit outlives a restart of the server and is shared by two', async () => {
      const from = anotherAddress()
      const register = async (url: string) =>
        (
          await new Browser(url).post('/api/auth/register', BODIES['auth.register']?.(), {
            headers: { 'x-forwarded-for': from },
          })
        ).status
      for (let call = 0; call < REGISTRATIONS - 4; call += 1) expect(await register(host.url)).toBe(422)
      const second = await openHostOn(host.town.env)
      const statuses = []
      for (let call = 0; call < 6; call += 1) statuses.push(await register(second.url))
      await second.close()
      expect(statuses).toEqual([422, 422, 422, 422, 429, 429])
    })
  })
})

describe('general limits, in the memory of a process', () => {
  let host: TestHost
  beforeAll(async () => {
    host = await openTestHost({ TRUSTED_PROXIES: '127.0.0.1', RATE_LIMITS: 'shipped' })
  })
  afterAll(() => host.close())

  test('600 calls a minute by one person, from however many addresses; each call of a batch is one', async () => {
    const { browser } = await aSignedInUser(host)
    const tenAtOnce = '/api/trpc/' + Array(10).fill('user.me').join(',') + '?batch=1&input=%7B%7D'
    const statuses: number[] = []
    for (let batch = 0; batch < 61; batch += 1) {
      const answer = await browser.get(tenAtOnce, { headers: { 'x-forwarded-for': anotherAddress() } })
      statuses.push(answer.status)
    }
    expect(new Set(statuses.slice(0, 60))).toEqual(new Set([200]))
    expect(statuses[60]).toBe(429)
    expect((await browser.get('/api/auth/me')).status).toBe(429)
    expect((await (await aSignedInUser(host)).browser.get('/api/auth/me')).status).toBe(200)
  })

  test('3,000 calls a minute by one address, before anything is read; others are served', async () => {
    const from = anotherAddress()
    const headers = { 'x-forwarded-for': from }
    const tenAtOnce = '/api/trpc/' + Array(10).fill('auth.csrf').join(',') + '?batch=1&input=%7B%7D'
    const browser = new Browser(host.url)
    for (let batch = 0; batch < 300; batch += 1)
      expect((await browser.get(tenAtOnce, { headers })).status).toBe(200)
    const refused = await browser.get('/api/health', { headers })
    expect([refused.status, refused.headers.get('retry-after') !== null]).toEqual([429, true])
    expect(refused.body).toMatchObject({ code: 'RATE_LIMITED' })
    expect(
      (await browser.get('/api/health', { headers: { 'x-forwarded-for': anotherAddress() } })).status,
    ).toBe(200)
    expect((await browser.get('/internal/health', { headers })).status, 'probes inside ask on').toBe(200)
  })
})
