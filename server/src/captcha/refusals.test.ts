import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { doWork } from '@latchkey/shared/proof-of-work'
import { aUser, PASSWORD } from '../test/actors.ts'
import { Browser } from '../test/browser.ts'
import { openTestHost, type TestHost } from '../test/host.ts'
import { hasRedis, openTestRedis, type TestRedis } from '../test/redis.ts'

const SETTINGS = { CAPTCHA: 'ladder', TRUSTED_PROXIES: '127.0.0.1', RATE_LIMITS: 'shipped' }
let addresses = 0
const anotherAddress = () => `203.0.113.${(addresses += 1)}`
const from = () => ({ headers: { 'x-forwarded-for': anotherAddress() } })

const askedBecause = async ({ town }: TestHost) =>
  (
    await town.ownerDb
      .selectFrom('auditEvents')
      .select('metadata')
      .where('action', '=', 'captcha.required')
      .execute()
  ).map(({ metadata }) => (metadata as { because?: string }).because)

describe.skipIf(!hasRedis)('I8, I11: a Redis that forgets, and goes', () => {
  let redis: TestRedis
  let host: TestHost
  beforeAll(async () => {
    redis = await openTestRedis()
    host = await openTestHost({ ...SETTINGS, REDIS_URL: redis.url })
  })
  afterAll(async () => {
    await host.close()
    await redis.close()
  })

  test('an answer of the captcha counts once, also after Redis forgot it and while it is away', async () => {
    const { captcha } = host.deps
    const holder = randomUUID()
    const answer = await doWork((await captcha.ask('login', holder)).challenge)
    expect(await captcha.judge(answer, 'login', holder)).toBe('work')
    await redis.flush()
    expect(await captcha.judge(answer, 'login', holder)).toBe('replayed')
    await redis.kill()
    expect(await captcha.judge(answer, 'login', holder)).toBe('replayed')
    await redis.restart()
    await expect.poll(() => host.deps.redis?.ping(), { timeout: 10_000 }).toBe(true)
  })

  test('who registers is asked for work while nobody knows how many have, and not when Redis is back', async () => {
    const wanted = async () => (await host.deps.bursts.count('register', anotherAddress())).wanted
    expect(await wanted()).toBe('nothing')
    await redis.kill()
    expect(await wanted()).toEqual({ rung: 'work', because: 'degraded' })
    await redis.restart()
    await expect.poll(() => host.deps.redis?.ping(), { timeout: 10_000 }).toBe(true)
    expect(await wanted()).toBe('nothing')
  })

  test('one failure is enough to be asked for a captcha while Redis is away, and not when it is back', async () => {
    const guess = async (email: string, password = 'not it') =>
      (await new Browser(host.url).post('/api/auth/login', { email, password }, from())).status
    const [before, during] = [await aUser(host), await aUser(host)]
    expect([await guess(before.email), await guess(before.email)]).toEqual([401, 401])
    await redis.kill()
    expect([await guess(during.email), await guess(during.email, PASSWORD)]).toEqual([401, 403])
    expect(await askedBecause(host)).toEqual(['degraded'])
    await redis.restart()
    await expect.poll(() => host.deps.redis?.ping(), { timeout: 10_000 }).toBe(true)
    expect(await guess(during.email, PASSWORD)).toBe(200)
  })
})

describe('I8: registrations in a burst from everywhere', () => {
  let host: TestHost
  beforeAll(async () => void (host = await openTestHost(SETTINGS)))
  afterAll(() => host.close())

  test('are asked for a captcha too, each from an address of its own', async () => {
    const register = (address: string, captchaToken?: string) => {
      const body = { email: `${randomUUID()}@example.com`, password: PASSWORD, captchaToken }
      return browser.post('/api/auth/register', body, { headers: { 'x-forwarded-for': address } })
    }
    const browser = new Browser(host.url)
    for (let nth = 0; nth < 49; nth += 1)
      expect((await host.deps.bursts.count('register', anotherAddress())).wanted).toBe('nothing')
    expect((await register(anotherAddress())).status).toBe(202)
    const asked = await register(anotherAddress())
    expect([asked.status, asked.body]).toMatchObject([403, { code: 'CAPTCHA_REQUIRED' }])
    expect(await askedBecause(host)).toEqual(['burst'])
    const { body } = await browser.post('/api/auth/captcha', { act: 'register' })
    const captchaToken = await doWork((body as { challenge: string }).challenge)
    expect((await register(anotherAddress(), captchaToken)).status).toBe(202)
  })
})
