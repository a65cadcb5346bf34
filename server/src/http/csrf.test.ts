import { afterAll, describe, expect, test } from 'vitest'
import { aSignedInUser, aUser, PASSWORD } from '../test/actors.ts'
import { Browser } from '../test/browser.ts'
import { openTestHost } from '../test/host.ts'

const host = await openTestHost({ TRUSTED_ORIGINS: 'https://trusted.example' })
const secure = await openTestHost({ COOKIE_SECURE: 'true' })
afterAll(() => Promise.all([host.close(), secure.close()]))
const own = host.deps.env.PUBLIC_URL
const fresh = () => new Browser(host.url)

describe('D1, D4, decision 14: where a write may come from', () => {
  const cases: [string, Record<string, string | undefined>, 200 | 403][] = [
    ['a program: the token pair alone', {}, 200],
    ['our own page', { 'sec-fetch-site': 'same-origin', origin: own }, 200],
    ['our own page in an old browser', { origin: own }, 200],
    ['our own page by another name of this machine', { origin: own.replace('localhost', '127.0.0.1') }, 200],
    ['a trusted origin', { origin: 'https://trusted.example' }, 200],
    ['another site', { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' }, 403],
    ['a sibling of ours', { 'sec-fetch-site': 'same-site', origin: own }, 403],
    ['the address bar', { 'sec-fetch-site': 'none' }, 403],
    ['another site in an old browser', { origin: 'https://evil.example' }, 403],
    ['a sandboxed frame', { origin: 'null' }, 403],
    ['another port of this machine', { origin: 'http://localhost:1' }, 403],
    ['our name as a prefix', { origin: `${own}.evil.example` }, 403],
    ['no token', { 'x-csrf-token': undefined }, 403],
    ['an empty token', { 'x-csrf-token': '' }, 403],
    ['a token that nobody made', { 'x-csrf-token': 'a.b.c' }, 403],
  ]
  test.each(cases)('%s', async (_what, headers, status) => {
    const { browser } = await aSignedInUser(host)
    const answer = await browser.post('/api/auth/logout', {}, { headers })
    expect(answer.status).toBe(status)
    if (status === 403) expect(answer.body).toMatchObject({ code: 'CSRF_FAILED' })
  })
})

describe('D12: what a token is good for', () => {
  test('a forged pair: the same value in cookie and header, made by somebody else', async () => {
    const browser = fresh()
    browser.jar.set('latchkey_csrf', 'a.AAAAAAAA.BBBBBBBB')
    expect((await browser.post('/api/auth/login', { email: 'a@b.example', password: 'x' })).status).toBe(403)
  })

  test('one from before signing in does not write after it, and the other way round', async () => {
    const { browser, email } = await aSignedInUser(host)
    const signedIn = browser.csrf ?? ''
    const stranger = fresh()
    await stranger.get('/api/auth/csrf')
    const anonymous = stranger.csrf ?? ''
    browser.jar.set('latchkey_csrf', anonymous)
    expect((await browser.post('/api/auth/logout')).status).toBe(403)
    stranger.jar.set('latchkey_csrf', signedIn)
    expect((await stranger.post('/api/auth/login', { email, password: PASSWORD })).status).toBe(403)
  })

  test('one person’s does not write for another', async () => {
    const [ada, bob] = [await aSignedInUser(host), await aSignedInUser(host)]
    bob.browser.jar.set('latchkey_csrf', ada.browser.csrf ?? '')
    expect((await bob.browser.post('/api/auth/logout')).status).toBe(403)
  })

  test('one token has one spelling', async () => {
    const { browser } = await aSignedInUser(host)
    browser.jar.set('latchkey_csrf', `${browser.csrf}.x`)
    expect((await browser.post('/api/auth/logout')).status).toBe(403)
  })

  test('the pair has to be a pair', async () => {
    const { browser } = await aSignedInUser(host)
    const another = (await aSignedInUser(host)).browser.csrf
    expect(
      (await browser.post('/api/auth/logout', {}, { headers: { 'x-csrf-token': another } })).status,
    ).toBe(403)
  })

  test('O9: without a session the answer is 401, whatever the token', async () => {
    expect((await fresh().send('POST', '/api/auth/logout')).status).toBe(401)
  })

  test('a read asks for none', async () => {
    const { browser } = await aSignedInUser(host)
    browser.jar.delete('latchkey_csrf')
    expect((await browser.get('/api/auth/me')).status).toBe(200)
  })

  test('D3: a write does not pass as a read through the other door', async () => {
    const { browser } = await aSignedInUser(host)
    const answer = await browser.get('/api/trpc/auth.logout')
    expect(answer.status).toBe(405)
    expect((await browser.get('/api/auth/me')).status).toBe(200)
  })
})

describe('D13: the token changes at sign-in and sign-out', () => {
  test('GET gives it and its cookie, and gives the same again while it is good', async () => {
    const browser = fresh()
    const first = await browser.get('/api/auth/csrf')
    expect(first.body).toEqual({ csrfToken: browser.csrf })
    const second = await browser.get('/api/users/csrf')
    expect(second.body).toEqual(first.body)
    expect(second.headers.getSetCookie()).toEqual([])
  })

  test('anonymous, signed in and anonymous again are three tokens', async () => {
    const { email } = await aUser(host)
    const browser = fresh()
    const tokens = []
    await browser.get('/api/auth/csrf')
    tokens.push(browser.csrf)
    await browser.post('/api/auth/login', { email, password: PASSWORD })
    tokens.push(browser.csrf)
    await browser.post('/api/auth/logout')
    await browser.get('/api/auth/csrf')
    tokens.push(browser.csrf)
    expect(new Set(tokens).size).toBe(3)
    expect(tokens.map((token) => token?.slice(0, 2))).toEqual(['a.', 's.', 'a.'])
  })
})

test('A5, decision 20: with COOKIE_SAMESITE=strict every cookie of ours says so', async () => {
  const strict = await openTestHost({ COOKIE_SAMESITE: 'strict' })
  try {
    const { email } = await aUser(strict)
    const browser = new Browser(strict.url)
    const answer = await browser.post('/api/auth/login', { email, password: PASSWORD })
    const lines = answer.headers.getSetCookie()
    expect(lines.map((line) => line.split('=')[0]).sort()).toEqual([
      'latchkey_csrf',
      'latchkey_device',
      'latchkey_session',
    ])
    for (const line of lines) expect(line).toMatch(/; SameSite=Strict$/)
  } finally {
    await strict.close()
  }
})

test('C2, decision 20: where cookies are Secure they carry the __Host- prefix and every flag it asks for', async () => {
  const { browser } = await aSignedInUser(secure)
  const again = await browser.post('/api/auth/logout')
  expect([...again.headers.getSetCookie()]).toEqual([
    '__Host-latchkey_session=; Max-Age=0; Path=/; HttpOnly; Secure; SameSite=Lax',
    '__Host-latchkey_csrf=; Max-Age=0; Path=/; Secure; SameSite=Lax',
  ])
})
