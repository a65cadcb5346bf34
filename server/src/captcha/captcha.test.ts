import { afterAll, describe, expect, test, vi } from 'vitest'
import { askForWork, doWork } from '@latchkey/shared/proof-of-work'
import { aSignedInUser, aUser, PASSWORD } from '../test/actors.ts'
import { Browser } from '../test/browser.ts'
import { openTestHost } from '../test/host.ts'

const host = await openTestHost({ CAPTCHA: 'ladder', TRUSTED_PROXIES: '127.0.0.1', RATE_LIMITS: 'shipped' })
afterAll(() => host.close())

let addresses = 0
const anotherAddress = () => `203.0.113.${(addresses += 1)}`

type Login = { email: string; password?: string; from?: string; captchaToken?: unknown }
const login = (browser: Browser, { from = anotherAddress(), password = 'not it', ...rest }: Login) =>
  browser.post('/api/auth/login', { password, ...rest }, { headers: { 'x-forwarded-for': from } })

async function answerOf(browser: Browser, act: 'login' | 'register' = 'login'): Promise<string> {
  const asked = await browser.post('/api/auth/captcha', { act })
  return (await doWork((asked.body as { challenge: string }).challenge)) ?? ''
}

async function failThrice(browser: Browser, email: string): Promise<void> {
  for (let guess = 0; guess < 3; guess += 1)
    expect((await login(browser, { email })).body).toMatchObject({ code: 'INVALID_CREDENTIALS' })
}

async function aSuspect(): Promise<{ browser: Browser; email: string }> {
  const { email } = await aUser(host)
  const browser = new Browser(host.url)
  await failThrice(browser, email)
  return { browser, email }
}

const auditOf = async (action: string) =>
  (
    await host.town.ownerDb
      .selectFrom('auditEvents')
      .selectAll()
      .where('action', '=', action)
      .orderBy('id')
      .execute()
  ).map(({ metadata }) => metadata)

describe('I8: a proof of work after three failures', () => {
  test('of an account, wherever they came from: without one 403, with one in', async () => {
    const { browser, email } = await aSuspect()
    const asked = await login(browser, { email, password: PASSWORD })
    expect([asked.status, asked.body]).toMatchObject([403, { code: 'CAPTCHA_REQUIRED' }])
    const captchaToken = await answerOf(browser)
    expect((await login(browser, { email, password: PASSWORD, captchaToken })).status).toBe(200)
    expect(await auditOf('captcha.required')).toContainEqual({
      act: 'login',
      wanted: 'work',
      answer: 'missing',
      because: 'account',
    })
    expect(await auditOf('captcha.passed')).toContainEqual({ act: 'login', answer: 'work' })
  })

  test('of an address, whoever it asks for next', async () => {
    const from = anotherAddress()
    const browser = new Browser(host.url)
    for (const nobody of ['a', 'b', 'c'])
      await login(browser, { email: `${nobody}-${from}@example.com`, from })
    const { email } = await aUser(host)
    expect((await login(browser, { email, password: PASSWORD, from })).status).toBe(403)
    expect((await login(browser, { email, password: PASSWORD })).status).toBe(200)
  })

  test('B5, B6: an address that has no account is asked at the same failure', async () => {
    const browser = new Browser(host.url)
    const email = 'nobody-at-all@example.com'
    await failThrice(browser, email)
    expect((await login(browser, { email })).body).toMatchObject({ code: 'CAPTCHA_REQUIRED' })
  })

  test('what was refused for want of a proof cost no guess', async () => {
    const { browser, email } = await aSuspect()
    for (let call = 0; call < 10; call += 1) expect((await login(browser, { email })).status).toBe(403)
    const captchaToken = await answerOf(browser)
    expect((await login(browser, { email, password: PASSWORD, captchaToken })).status).toBe(200)
  })

  test('refusals that are alike are remembered five times a minute, and all are counted', async () => {
    const { browser, email } = await aSuspect()
    const [from, other] = [anotherAddress(), anotherAddress()]
    const countOf = async () => {
      const { text } = await new Browser(host.url).get('/metrics')
      return Number(/decision="work",answer="missing",because="account"\} (\d+)/.exec(text)?.[1])
    }
    const before = { rows: (await auditOf('captcha.required')).length, count: await countOf() }
    for (let call = 0; call < 8; call += 1) expect((await login(browser, { email, from })).status).toBe(403)
    await login(browser, { email, from: other })
    expect(await countOf()).toBe(before.count + 9)
    expect(await auditOf('captcha.required')).toHaveLength(before.rows + 6)
  })

  test('many at once get past without a proof as often as it takes to lock, and no more often', async () => {
    const { email } = await aUser(host)
    const answers = await Promise.all(
      Array.from({ length: 30 }, () => login(new Browser(host.url), { email })),
    )
    expect(answers.filter(({ status }) => status === 401).length).toBeLessThanOrEqual(5)
    expect((await login(new Browser(host.url), { email, password: PASSWORD })).status).toBe(403)
  })

  test('whoever is signed in changes their password without one', async () => {
    const { browser } = await aSignedInUser(host)
    for (let guess = 0; guess < 4; guess += 1) {
      const body = { currentPassword: 'not it', password: 'copper-meadow-violin-58' }
      const answer = await browser.post('/api/auth/change-password', body, {
        headers: { 'x-forwarded-for': anotherAddress() },
      })
      expect(answer.status).toBe(422)
    }
  })
})

describe('I8: an answer that is not good proves nothing', () => {
  const refusals: [string, (suspect: { browser: Browser; email: string }) => Promise<unknown>, number][] = [
    ['missing', async () => undefined, 403],
    ['null', async () => null, 422],
    ['an array', async () => ['a'], 422],
    ['empty', async () => '', 403],
    ['nonsense', async () => 'bm9uc2Vuc2U=', 403],
    ['too long', async () => 'a'.repeat(2049), 422],
    ['for another act', ({ browser }) => answerOf(browser, 'register'), 403],
    ['of another browser', () => answerOf(new Browser(host.url)), 403],
    [
      'to a question of our own making',
      async ({ browser }) => {
        const question = await askForWork(
          { act: 'login', holder: browser.csrf ?? '' },
          { secret: 'somebody else’s', seconds: 300 },
        )
        return doWork(question)
      },
      403,
    ],
    [
      'not worked for',
      async ({ browser }) => {
        const answer = JSON.parse(atob(await answerOf(browser))) as { solution: { derivedKey: string } }
        answer.solution.derivedKey = answer.solution.derivedKey.replace(/^./, (first) =>
          first === '0' ? '1' : '0',
        )
        return btoa(JSON.stringify(answer))
      },
      403,
    ],
    [
      'made to last longer',
      async ({ browser }) => {
        const answer = JSON.parse(atob(await answerOf(browser))) as {
          challenge: { parameters: { expiresAt: number } }
        }
        answer.challenge.parameters.expiresAt += 3600
        return btoa(JSON.stringify(answer))
      },
      403,
    ],
  ]
  test.each(refusals)('%s', async (_what, make, status) => {
    const suspect = await aSuspect()
    const captchaToken = await make(suspect)
    const answer = await login(suspect.browser, { email: suspect.email, password: PASSWORD, captchaToken })
    expect(answer.status).toBe(status)
  })

  test.each([
    ['that is four minutes and 59 seconds old', 299, 200],
    ['that is five minutes and a second old', 301, 403],
  ])('one %s', async (_what, seconds, status) => {
    const { browser, email } = await aSuspect()
    const askedAt = Date.now()
    const captchaToken = await answerOf(browser)
    vi.useFakeTimers({ toFake: ['Date'], now: askedAt + seconds * 1000 })
    try {
      const answer = await login(browser, { email, password: PASSWORD, captchaToken })
      expect(answer.status).toBe(status)
    } finally {
      vi.useRealTimers()
    }
    const lacking = { act: 'login', wanted: 'work', answer: 'expired', because: 'account' }
    if (status === 403) expect(await auditOf('captcha.required')).toContainEqual(lacking)
  })

  test('replayed: it counts once, however many show it at once', async () => {
    const { browser, email } = await aSuspect()
    const captchaToken = await answerOf(browser)
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => login(browser, { email, captchaToken })),
    )
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(1)
    expect(answers.filter(({ status }) => status === 403)).toHaveLength(9)
    expect(await auditOf('captcha.required')).toContainEqual({
      act: 'login',
      wanted: 'work',
      answer: 'replayed',
      because: 'account',
    })
  })
})

test('I8: registrations in a burst from one address are asked, and other addresses are not', async () => {
  const from = anotherAddress()
  const browser = new Browser(host.url)
  const register = (captchaToken?: string, address = from) =>
    browser.post(
      '/api/auth/register',
      { email: `burst-${(born += 1)}@example.com`, password: PASSWORD, captchaToken },
      { headers: { 'x-forwarded-for': address } },
    )
  let born = 0
  for (let nth = 0; nth < 3; nth += 1) expect((await register()).status).toBe(202)
  expect((await register()).body).toMatchObject({ code: 'CAPTCHA_REQUIRED' })
  expect((await register(undefined, anotherAddress())).status).toBe(202)
  expect((await register(await answerOf(browser, 'register'))).status).toBe(202)
})
