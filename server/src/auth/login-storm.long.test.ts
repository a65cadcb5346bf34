import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { aUser, PASSWORD } from '../test/actors.ts'
import { Browser } from '../test/browser.ts'
import { openTestHost, type TestHost } from '../test/host.ts'

describe('many at once, with the strong profile', () => {
  let host: TestHost
  let email: string
  beforeAll(async () => {
    host = await openTestHost({ PASSWORD_PROFILE: 'strong' })
    email = (await aUser(host)).email
  })
  afterAll(() => host.close())

  async function logins(count: number) {
    const token = new Browser(host.url)
    await token.get('/api/auth/csrf')
    return Promise.all(
      Array.from({ length: count }, () => {
        const browser = new Browser(host.url)
        for (const [name, value] of token.jar) browser.jar.set(name, value)
        return browser.post('/api/auth/login', { email, password: PASSWORD })
      }),
    )
  }

  test('A10: 20 right logins all succeed', { timeout: 60_000 }, async () => {
    const answers = await logins(20)
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
  })

  test(
    'A9, R15: 1,000 end in 200 or in 503 with Retry-After, and health answers within a second',
    { timeout: 120_000 },
    async () => {
      let ended = false
      const storm = logins(1000).finally(() => (ended = true))
      const waits: number[] = []
      while (!ended) {
        const asked = performance.now()
        const answer = await new Browser(host.url).get('/api/health')
        waits.push(performance.now() - asked)
        expect(answer.status).toBe(200)
      }
      const answers = await storm
      const counts = Map.groupBy(answers, ({ status }) => status)
      expect(new Set(counts.keys())).toEqual(new Set([200, 503]))
      for (const busy of counts.get(503) ?? []) {
        expect(busy.headers.get('retry-after')).toBe('2')
        expect(busy.body).toMatchObject({ code: 'BUSY' })
      }
      expect(counts.get(200)?.length).toBeGreaterThanOrEqual(50)
      expect(Math.max(...waits)).toBeLessThan(1000)
    },
  )
})
