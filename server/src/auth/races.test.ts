import { afterAll, describe, expect, test } from 'vitest'
import { aSignedInUser, PASSWORD } from '../test/actors.ts'
import { Browser } from '../test/browser.ts'
import { openTestHost } from '../test/host.ts'

const host = await openTestHost()
const strict = await openTestHost({ RATE_LIMITS: 'shipped' })
afterAll(() => Promise.all([host.close(), strict.close()]))
const NEXT = 'copper-meadow-violin-58'

/** The same cookies in another hand. */
function copyOf(browser: Browser): Browser {
  const copy = new Browser(host.url)
  for (const [name, value] of browser.jar) copy.jar.set(name, value)
  return copy
}
const isIn = async (browser: Browser) => (await browser.get('/api/auth/me')).status === 200
const login = (email: string, password: string, { url } = host) => {
  const browser = new Browser(url)
  return browser.post('/api/auth/login', { email, password }).then(({ status }) => ({ status, browser }))
}

describe('C7: what ends a session ends what is being made of it', () => {
  const enders: [string, object?][] = [
    ['/api/auth/logout'],
    ['/api/auth/change-password', { currentPassword: PASSWORD, password: NEXT }],
  ]
  test.each(enders)('20 refreshes beside %s: none lives', async (path, body) => {
    const { browser } = await aSignedInUser(host)
    const thieves = Array.from({ length: 20 }, () => copyOf(browser))
    const [ended] = await Promise.all([
      browser.post(path, body),
      ...thieves.map((thief) => thief.post('/api/auth/refresh')),
    ])
    expect(ended.status).toBe(200)
    expect(await Promise.all(thieves.map(isIn))).toEqual(Array(20).fill(false))
  })

  test('20 refreshes of a thief beside ending all other sessions: none lives', async () => {
    const { browser, email } = await aSignedInUser(host)
    const stolen = await login(email, PASSWORD)
    const thieves = Array.from({ length: 20 }, () => copyOf(stolen.browser))
    await Promise.all([
      browser.post('/api/auth/sessions/revoke-others'),
      ...thieves.map((thief) => thief.post('/api/auth/refresh')),
    ])
    expect(await Promise.all(thieves.map(isIn))).toEqual(Array(20).fill(false))
    expect(await isIn(browser)).toBe(true)
  })
})

describe('a password that was judged is still the one when it counts', () => {
  test('signing in with the old one beside its change: nobody is in afterwards who was not let in by the new one', async () => {
    const { browser, email } = await aSignedInUser(host)
    const [changed, ...logins] = await Promise.all([
      browser.post('/api/auth/change-password', { currentPassword: PASSWORD, password: NEXT }),
      ...Array.from({ length: 20 }, () => login(email, PASSWORD)),
    ])
    expect(changed.status).toBe(200)
    expect(await Promise.all(logins.map(async (one) => isIn(one.browser)))).toEqual(Array(20).fill(false))
    expect((await login(email, NEXT)).status).toBe(200)
  })

  test('of two changes at once one wins, and the other is told', async () => {
    const { browser } = await aSignedInUser(host)
    const thief = copyOf(browser)
    const answers = await Promise.all([
      browser.post('/api/auth/change-password', { currentPassword: PASSWORD, password: NEXT }),
      thief.post('/api/auth/change-password', {
        currentPassword: PASSWORD,
        password: 'amber-tunnel-piano-63',
      }),
    ])
    expect(answers.map(({ status }) => status).sort()).toEqual([
      200,
      expect.toSatisfy((status) => [401, 422].includes(status as number)),
    ])
  })
})

test('B1: a suspended account tells nobody that its password was right, not by its budget either', async () => {
  const { id, email } = await aSignedInUser(strict)
  await strict.deps.db.updateTable('users').set({ status: 'suspended' }).where('id', '=', id).execute()
  const statuses = []
  for (let turn = 0; turn < 7; turn += 1) statuses.push((await login(email, PASSWORD, strict)).status)
  expect(statuses).toEqual([401, 401, 401, 401, 401, 429, 429])
})
