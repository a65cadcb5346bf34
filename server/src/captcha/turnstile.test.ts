import { sql } from 'kysely'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { doWork } from '@latchkey/shared/proof-of-work'
import { hashed } from '../counting/hashed.ts'
import { aUser, PASSWORD } from '../test/actors.ts'
import { type Answer, Browser } from '../test/browser.ts'
import { openTestHost, type TestHost } from '../test/host.ts'
import { type Manner, openFakeTurnstile } from '../test/turnstile.ts'

const turnstile = await openFakeTurnstile()
const openHost = () =>
  openTestHost({
    ...turnstile.settings,
    CAPTCHA: 'ladder',
    TRUSTED_PROXIES: '127.0.0.1',
    RATE_LIMITS: 'shipped',
  })
const host = await openHost()
afterAll(async () => {
  await host.close()
  await turnstile.close()
})
beforeEach(() => turnstile.behave('well'))

let addresses = 0
const anotherAddress = () => `198.18.${Math.floor((addresses += 1) / 250)}.${(addresses % 250) + 1}`

type Question = {
  challenge: string
  turnstile: { siteKey: string; url: string; action: string; data: string }
}
type Act = 'login' | 'register'

class Suspect extends Browser {
  readonly from = anotherAddress()

  call(path: string, body: object, from = this.from): Promise<Answer> {
    return this.post(path, body, { headers: { 'x-forwarded-for': from } })
  }

  login(email: string, captchaToken?: string, password = PASSWORD): Promise<Answer> {
    return this.call('/api/auth/login', { email, password, captchaToken })
  }

  async asks(act: Act): Promise<Question> {
    return (await this.call('/api/auth/captcha', { act })).body as Question
  }

  async works(act: Act = 'login'): Promise<string> {
    return (await doWork((await this.asks(act)).challenge)) ?? ''
  }

  async isPerson(act: Act = 'login', other: object = {}): Promise<string> {
    const { action, data } = (await this.asks(act)).turnstile
    return turnstile.tokenFor({ action, cdata: data, ...other })
  }
}

/** What strangers got wrong today, without waiting for the locks in between. */
async function failToday(at: TestHost, { email, times }: { email: string; times: number }): Promise<void> {
  const done = await sql<{ n: number }>`with failed as (
      update rate_limits set points = ${times} where key like '%account-day%' and points > 0 returning 1)
    select count(*)::integer as n from failed`.execute(at.deps.db)
  expect([email, done.rows[0]?.n]).toEqual([email, 1])
}

async function aSuspect(at = host, times = 10): Promise<{ email: string; browser: Suspect }> {
  await sql`delete from rate_limits`.execute(at.deps.db)
  const { email } = await aUser(at)
  const browser = new Suspect(at.url)
  expect((await browser.login(email, undefined, 'not it')).status).toBe(401)
  await failToday(at, { email, times })
  return { email, browser }
}

const auditOf = async (at: TestHost, action: 'captcha.passed' | 'captcha.refused') =>
  (
    await at.town.ownerDb.selectFrom('auditEvents').select('metadata').where('action', '=', action).execute()
  ).map(({ metadata }) => metadata)
const metricsOf = async (at: TestHost) => (await new Browser(at.url).get('/metrics')).text

const outcome = ({ status, body }: Answer) => [status, (body as { code?: string }).code]
const WANTED = [403, 'CAPTCHA_REQUIRED']

describe('I8: a person, where work is not enough', () => {
  test('after ten failures of a day work is refused, and a person gets in', async () => {
    const { email, browser } = await aSuspect()
    expect(outcome(await browser.login(email))).toEqual(WANTED)
    expect(outcome(await browser.login(email, await browser.works()))).toEqual(WANTED)
    expect((await browser.login(email, await browser.isPerson())).status).toBe(200)
  })

  test('before that, work is enough and nobody else is asked', async () => {
    const { email, browser } = await aSuspect(host, 9)
    const before = turnstile.asked()
    expect(outcome(await browser.login(email))).toEqual(WANTED)
    expect((await browser.login(email, await browser.works())).status).toBe(200)
    expect(turnstile.asked()).toBe(before)
  })

  test('a right password ends what the day has counted against the account', async () => {
    const { email, browser } = await aSuspect()
    expect((await browser.login(email, await browser.isPerson())).status).toBe(200)
    expect((await new Suspect(host.url).login(email)).status).toBe(200)
  })

  test('an owner who unlocks the account ends what the day has counted too', async () => {
    const { email, browser } = await aSuspect()
    await host.deps.guesses.unlock('password', hashed(host.town.env, email))
    expect((await browser.login(email)).status).toBe(200)
  })

  test('a token counts once, however many show it at once', async () => {
    const { email, browser } = await aSuspect()
    turnstile.behave('never spends')
    const token = await browser.isPerson()
    const answers = await Promise.all(Array.from({ length: 10 }, () => browser.login(email, token, 'not it')))
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(1)
    expect(answers.filter(({ status }) => status === 403)).toHaveLength(9)
  })

  test('a token that fits in everything is refused when they say no', async () => {
    const { email, browser } = await aSuspect()
    turnstile.behave('says no to all')
    expect(outcome(await browser.login(email, await browser.isPerson()))).toEqual(WANTED)
  })

  test('after ten failures of a day from an address it is so for whomever it asks for', async () => {
    const { browser } = await aSuspect(host, 1)
    await sql`update rate_limits set points = 10 where key like '%address-day%'`.execute(host.deps.db)
    const { email } = await aUser(host)
    expect(outcome(await browser.login(email, await browser.works()))).toEqual(WANTED)
    expect((await new Suspect(host.url).login(email)).status).toBe(200)
    expect((await browser.login(email, await browser.isPerson())).status).toBe(200)
  })

  const REFUSED: [string, (suspect: Suspect) => Promise<string>][] = [
    ['of another act', (suspect) => suspect.isPerson('register')],
    ['of another browser', () => new Suspect(host.url).isPerson()],
    ['of another host', (suspect) => suspect.isPerson('login', { hostname: 'evil.example' })],
    ['without a host', (suspect) => suspect.isPerson('login', { hostname: undefined })],
    [
      'solved six minutes ago',
      (suspect) => suspect.isPerson('login', { challenge_ts: new Date(Date.now() - 360_000).toISOString() }),
    ],
    [
      'solved in ten minutes from now',
      (suspect) => suspect.isPerson('login', { challenge_ts: new Date(Date.now() + 600_000).toISOString() }),
    ],
    ['without a time', (suspect) => suspect.isPerson('login', { challenge_ts: undefined })],
    ['that they never gave', async () => '0.nobody.knows.it'],
  ]
  test.each(REFUSED)('a token %s is refused', async (_what, make) => {
    const { email, browser } = await aSuspect()
    expect(outcome(await browser.login(email, await make(browser)))).toEqual(WANTED)
  })
})

/** Each on a host of its own: what was seen of the service is believed for a minute. */
describe('I8, R7: nobody answers whether it is a person', () => {
  const AWAY: Manner[] = [
    'hangs',
    'fails',
    'speaks HTML',
    'says "true"',
    'sends elsewhere',
    'knows no secret',
    'is gone',
  ]
  test.each(AWAY)(
    'it %s: a token is refused, work lets in, and not for as long',
    { timeout: 60_000 },
    async (manner) => {
      const alone = await openHost()
      try {
        const { email, browser } = await aSuspect(alone)
        turnstile.behave(manner)
        expect(outcome(await browser.login(email, await browser.isPerson()))).toEqual(WANTED)
        expect((await browser.login(email, await browser.works())).status).toBe(200)
        await sql`update rate_limits set points = 20 where key like '%address-day%'`.execute(alone.deps.db)
        const suspect = await aSuspect(alone)
        await sql`update rate_limits set points = 20 where key like '%address-day%'`.execute(alone.deps.db)
        const waiting = await suspect.browser.login(suspect.email, await suspect.browser.works())
        expect(outcome(waiting)).toEqual([429, 'RATE_LIMITED'])
        const decided = { act: 'login', because: 'account' }
        expect(await auditOf(alone, 'captcha.passed')).toContainEqual({ ...decided, answer: 'unattended' })
        const refused = { act: 'login', answer: 'work', because: 'day' }
        expect(await auditOf(alone, 'captcha.refused')).toEqual([refused])
        expect(await metricsOf(alone)).toMatch(
          /\{act="login",decision="unattended",answer="work",because="account"\} 1\n/,
        )
      } finally {
        await alone.close()
      }
    },
  )

  test('fifty wait for it at once, and the next is told at once that it cannot be asked', async () => {
    const alone = await openHost()
    try {
      turnstile.behave('hangs')
      const { captcha } = alone.deps
      const before = turnstile.asked()
      const waiting = Array.from({ length: 50 }, (_, nth) => captcha.judge(`token-${nth}`, 'login', 'holder'))
      expect(await captcha.judge('one too many', 'login', 'holder')).toBe('unverified')
      expect(new Set(await Promise.all(waiting))).toEqual(new Set(['unverified']))
      expect(turnstile.asked()).toBe(before + 50)
    } finally {
      await alone.close()
    }
  })

  test('nobody has asked yet: it is found out when work alone is shown', async () => {
    const alone = await openHost()
    try {
      turnstile.behave('is gone')
      const { email, browser } = await aSuspect(alone)
      expect((await browser.login(email, await browser.works())).status).toBe(200)
    } finally {
      await alone.close()
    }
  })

  test('a registration has to wait', async () => {
    const alone = await openHost()
    try {
      turnstile.behave('is gone')
      await sql`delete from rate_limits`.execute(alone.deps.db)
      const browser = new Suspect(alone.url)
      const register = (captchaToken?: string) =>
        browser.call('/api/auth/register', {
          email: `waits-${(addresses += 1)}@example.com`,
          password: PASSWORD,
          captchaToken,
        })
      await register()
      await sql`update rate_limits set points = 6 where key like '%burst:register:%'`.execute(alone.deps.db)
      expect(outcome(await register())).toEqual(WANTED)
      const answer = await register(await browser.works('register'))
      expect(outcome(answer)).toEqual([503, 'CAPTCHA_UNAVAILABLE'])
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
      expect(await auditOf(alone, 'captcha.refused')).toEqual([
        { act: 'register', answer: 'work', because: 'burst' },
      ])
      expect(await metricsOf(alone)).toMatch(
        /\{act="register",decision="refused",answer="work",because="burst"\} 1\n/,
      )
    } finally {
      await alone.close()
    }
  })
})

test('I8: many registrations from one address want work, more want a person', async () => {
  await sql`delete from rate_limits`.execute(host.deps.db)
  const browser = new Suspect(host.url)
  let born = 0
  const register = (captchaToken?: string) =>
    browser.call('/api/auth/register', {
      email: `many-${(born += 1)}-${browser.from}@example.com`,
      password: PASSWORD,
      captchaToken,
    })
  for (let nth = 0; nth < 3; nth += 1) expect((await register()).status).toBe(202)
  expect(outcome(await register())).toEqual(WANTED)
  expect((await register(await browser.works('register'))).status).toBe(202)
  for (let nth = 0; nth < 2; nth += 1)
    expect((await register(await browser.works('register'))).status).toBe(202)
  expect(outcome(await register(await browser.works('register')))).toEqual(WANTED)
  expect((await register(await browser.isPerson('register'))).status).toBe(202)
})

describe('I5: a hundred failures of a day', () => {
  test('of an address: it waits for the rest of it, even with the right password', async () => {
    const { email, browser } = await aSuspect(host, 1)
    await sql`update rate_limits set points = 100 where key like '%address-day%'`.execute(host.deps.db)
    const answer = await browser.login(email, await browser.isPerson())
    expect(outcome(answer)).toEqual([429, 'RATE_LIMITED'])
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(23 * 3600)
    expect(await auditOf(host, 'captcha.refused')).toEqual([
      { act: 'login', answer: 'person', because: 'day' },
    ])
    expect(await metricsOf(host)).toMatch(
      /\{act="login",decision="refused",answer="person",because="day"\} 1\n/,
    )
    expect((await new Suspect(host.url).login(email)).status).toBe(200)
  })

  test('of an account: it is locked for the rest of it, silently, and the owner at home gets in', async () => {
    const { email, browser } = await aSuspect(host, 99)
    const home = new Suspect(host.url)
    expect((await home.login(email, await home.isPerson())).status).toBe(200)
    await browser.login(email, undefined, 'not it')
    await failToday(host, { email, times: 99 })
    const last = await browser.login(email, await browser.isPerson(), 'not it')
    expect(outcome(last)).toEqual([401, 'INVALID_CREDENTIALS'])
    await sql`update rate_limits set expire = expire - 7200000`.execute(host.deps.db)
    const stranger = new Suspect(host.url)
    expect(outcome(await stranger.login(email, await stranger.isPerson()))).toEqual(outcome(last))
    expect((await home.login(email)).status).toBe(200)
  })
})

test('L4, beyond 7: each decision is counted, for those inside', async () => {
  const { email, browser } = await aSuspect()
  await browser.login(email)
  await browser.login(email, await browser.isPerson())
  const inside = await new Browser(host.url).get('/metrics')
  expect(inside.headers.get('content-type')).toContain('text/plain; version=0.0.4')
  expect(inside.text).toMatch(
    /captcha_decisions_total\{act="login",decision="person",answer="missing",because="account"\} [1-9]/,
  )
  expect(inside.text).toMatch(
    /captcha_decisions_total\{act="login",decision="passed",answer="person",because="none"\} [1-9]/,
  )
  const outside = await new Browser(host.url).get('/metrics', { headers: { 'x-forwarded-for': '192.0.2.1' } })
  expect(outcome(outside)).toEqual([404, 'NOT_FOUND'])
  expect((await new Browser(host.url).send('POST', '/metrics')).status).toBe(405)
})
