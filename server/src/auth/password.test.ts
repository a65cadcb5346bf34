import { availableParallelism } from 'node:os'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hashSlotsOf } from '@latchkey/shared/hashing'
import { AppError } from '../errors.ts'
import { aUser, PASSWORD } from '../test/actors.ts'
import { Browser } from '../test/browser.ts'
import { openTestHost, type TestHost } from '../test/host.ts'
import { openPasswords } from './password.ts'

const passwords = await openPasswords({ PASSWORD_PROFILE: 'test' })

describe('hashing', () => {
  test('C6: strong is 64 MiB, 3 passes, 2 lanes; balanced 19 MiB, 2, 1', async () => {
    const strong = await openPasswords({ PASSWORD_PROFILE: 'strong' })
    const balanced = await openPasswords({ PASSWORD_PROFILE: 'balanced' })
    expect(await strong.hash('x')).toMatch(/^\$argon2id\$v=19\$m=65536,t=3,p=2\$/)
    expect(await balanced.hash('x')).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
    expect(strong.needsRehash(await balanced.hash('x'))).toBe(true)
    expect(strong.needsRehash(await strong.hash('x'))).toBe(false)
  })

  test('nobody’s password is never right', async () => {
    expect(await passwords.verify(undefined, '')).toBe(false)
    expect(await passwords.verify(null, PASSWORD)).toBe(false)
  })

  test('decision 22: what waits past fifty is refused, the rest is all done', async () => {
    const slots = hashSlotsOf('test', availableParallelism())
    const asked = Array.from({ length: slots + 55 }, () =>
      passwords.hash('x').catch((error: unknown) => error),
    )
    expect(() => passwords.requireRoom()).toThrow(AppError)
    const answers = await Promise.all(asked)
    const refused = answers.filter((answer) => answer instanceof AppError && answer.code === 'BUSY')
    expect(refused).toHaveLength(5)
    expect(answers.filter((answer) => typeof answer === 'string')).toHaveLength(slots + 50)
    expect(() => passwords.requireRoom()).not.toThrow()
  })

  test('hashSlotsOf: cores over lanes, at least one', () => {
    expect([1, 2, 3, 8].map((cores) => hashSlotsOf('strong', cores))).toEqual([1, 1, 1, 4])
    expect([1, 2, 3, 8].map((cores) => hashSlotsOf('balanced', cores))).toEqual([1, 2, 3, 8])
  })
})

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

  test('20 right logins all succeed', { timeout: 60_000 }, async () => {
    const answers = await logins(20)
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
  })

  test(
    '1,000 end in 200 or in 503 with Retry-After, and health answers within a second',
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
