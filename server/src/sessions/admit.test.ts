import { sql } from 'kysely'
import { afterAll, describe, expect, test } from 'vitest'
import { aSignedInUser, aUser, PASSWORD } from '../test/actors.ts'
import { type Answer, Browser } from '../test/browser.ts'
import { openTestHost, type TestHost } from '../test/host.ts'
import { admit, hindranceOf, type Standing } from './admit.ts'

describe('A8: one policy', () => {
  const fine: Standing = { status: 'active', isEmailVerified: false }
  test.each<[string | undefined, Partial<Standing>, boolean]>([
    [undefined, {}, false],
    ['unverified', {}, true],
    [undefined, { isEmailVerified: true }, true],
    ['suspended', { status: 'suspended' }, false],
    ['suspended', { status: 'suspended', isLocked: true }, true],
    ['locked', { isLocked: true }, true],
    ['locked', { isLocked: true, isEmailVerified: true }, false],
  ])('%s: %j where an address has to be verified: %s', (hindrance, standing, REQUIRE_VERIFIED_EMAIL) => {
    const person = { ...fine, ...standing, id: 'x', roles: [] }
    expect(hindranceOf({ REQUIRE_VERIFIED_EMAIL }, person)).toBe(hindrance)
    expect(admit({ REQUIRE_VERIFIED_EMAIL }, person) === undefined).toBe(hindrance !== undefined)
  })
})

describe('A8, B1: every way in asks it', async () => {
  const strict = await openTestHost({ REQUIRE_VERIFIED_EMAIL: 'true' })
  const lenient = await openTestHost()
  afterAll(() => Promise.all([strict.close(), lenient.close()]))

  const STATES: [string, (host: TestHost, id: string) => Promise<unknown>][] = [
    [
      'suspended',
      ({ deps }, id) => sql`update users set status = 'suspended' where id = ${id}`.execute(deps.db),
    ],
    [
      'unverified',
      ({ deps }, id) => sql`update users set is_email_verified = false where id = ${id}`.execute(deps.db),
    ],
  ]
  const verify = ({ deps }: TestHost, id: string) =>
    sql`update users set is_email_verified = true where id = ${id}`.execute(deps.db)

  describe.each(STATES)('%s', (state, make) => {
    test('signing in with the right password is the same 401 as with a wrong one', async () => {
      const { id, email } = await aUser(strict)
      await verify(strict, id)
      await make(strict, id)
      const [right, wrong] = await Promise.all(
        [PASSWORD, 'not the password'].map((password) =>
          new Browser(strict.url).post('/api/auth/login', { email, password }),
        ),
      )
      expect(plain(right)).toEqual(plain(wrong))
      expect(right?.status).toBe(401)
      const reasons = await sql<{ reason: string }>`select metadata->>'reason' as reason from audit_events
        where target_id = ${id} and action = 'user.login_failed'`.execute(strict.deps.db)
      expect(reasons.rows.map(({ reason }) => reason)).toEqual([state, state])
    })

    test.each([
      ['get', '/api/auth/me'],
      ['post', '/api/auth/refresh'],
      ['post', '/api/auth/change-password'],
      ['post', '/api/auth/logout'],
    ] as const)('a session that was there before is over: %s %s', async (method, path) => {
      const host = strict
      const { id, email } = await aUser(host)
      await verify(host, id)
      const browser = new Browser(host.url)
      expect((await browser.post('/api/auth/login', { email, password: PASSWORD })).status).toBe(200)
      await make(host, id)
      expect((await browser[method](path, method === 'post' ? {} : undefined)).status).toBe(401)
    })
  })

  test('where an address need not be verified, an unverified person is let in', async () => {
    const { browser } = await aSignedInUser(lenient, { isEmailVerified: false })
    expect((await browser.get('/api/auth/me')).body).toMatchObject({ isEmailVerified: false })
  })

  test('C7: who is suspended while their password is judged does not get in', async () => {
    const { id, email } = await aUser(lenient)
    const logins = Array.from({ length: 10 }, () =>
      new Browser(lenient.url).post('/api/auth/login', { email, password: PASSWORD }),
    )
    await sql`update users set status = 'suspended' where id = ${id}`.execute(lenient.deps.db)
    const inside = (await Promise.all(logins)).filter(({ status }) => status === 200)
    const browsers = inside.map(({ headers }) => headers.getSetCookie().join(';'))
    const answers = await Promise.all(
      browsers.map((cookie) =>
        new Browser(lenient.url).get('/api/auth/me', {
          headers: { cookie: /latchkey_session=[^;]+/.exec(cookie)?.[0] },
        }),
      ),
    )
    expect(answers.filter(({ status }) => status === 200)).toEqual([])
  })
})

const plain = (answer: Answer | undefined) => ({
  status: answer?.status,
  body: { ...(answer?.body as object), requestId: '' },
  cookies: answer?.headers.getSetCookie().map((line) => line.replace(/=[^;]*/, '=')),
})
