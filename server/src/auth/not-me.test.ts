import { afterAll, describe, expect, test } from 'vitest'
import { aSignedInUser, aUser, PASSWORD } from '../test/actors.ts'
import { Browser } from '../test/browser.ts'
import { openTestHost } from '../test/host.ts'
import { letterTo, tokenIn } from '../test/letters.ts'

const host = await openTestHost({ TRUSTED_PROXIES: '127.0.0.1' })
afterAll(() => host.close())
const { db } = host.deps
const NEW_PASSWORD = 'copper-meadow-violin-58'
const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0'
const SAFARI = 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/605.1'

type From = { userAgent?: string; ip?: string; browser?: Browser }
const login = (
  email: string,
  { userAgent = FIREFOX, ip = '192.0.2.7', browser = new Browser(host.url) }: From = {},
) =>
  browser.post(
    '/api/auth/login',
    { email, password: PASSWORD },
    { headers: { 'user-agent': userAgent, 'x-forwarded-for': ip } },
  )
const lettersTo = async (email: string) =>
  (await db.selectFrom('emailOutbox').select('letter').where('toAddress', '=', email).execute()).map(
    ({ letter }) => letter,
  )

describe('D18, pain 22: a device that nobody signed in with before is told of', () => {
  test('the first there is, is no news; another kind, or from elsewhere, is', async () => {
    const { email } = await aUser(host)
    await login(email)
    expect(await lettersTo(email)).toEqual([])
    await login(email, { userAgent: SAFARI })
    expect(await lettersTo(email)).toEqual(['new-device'])
    await login(email, { ip: '198.51.100.7' })
    expect(await lettersTo(email)).toEqual(['new-device', 'new-device'])
    const letter = await letterTo(host, email)
    expect(letter).toMatchObject({ client: 'Firefox on Linux', ipMasked: '198.51.100.…' })
  })

  test('an address that nobody has proved gets no notices: it may be anybody’s', async () => {
    const { email, browser } = await aSignedInUser(host, { isEmailVerified: false })
    await login(email, { ip: '198.51.100.7' })
    const asked = await browser.post('/api/auth/change-email', { email: `new-${email}` })
    expect(asked.status).toBe(200)
    expect(await lettersTo(email)).toEqual([])
  })

  test('a browser that lost its cookies, or kept them and moved, is none', async () => {
    const { email } = await aUser(host)
    const browser = new Browser(host.url)
    await login(email, { browser })
    await login(email)
    await login(email, { browser, ip: '198.51.100.7', userAgent: SAFARI })
    expect(await lettersTo(email)).toEqual([])
  })

  test('a known device is known after its sign-in has ended', async () => {
    const { email } = await aUser(host)
    const browser = new Browser(host.url)
    await login(email, { browser })
    await browser.post('/api/auth/logout')
    await login(email, { browser, ip: '203.0.113.9' })
    expect(await lettersTo(email)).toEqual([])
  })
})

describe('this was not me', () => {
  test('ends every sign-in and the password, forgets every device, and lets the owner choose a new one', async () => {
    const { id, email, browser } = await aSignedInUser(host)
    const thief = new Browser(host.url)
    await login(email, { browser: thief, ip: '198.51.100.7' })
    const answer = await new Browser(host.url).post('/api/auth/not-me', { token: await tokenIn(host, email) })
    expect(answer.status).toBe(200)
    expect(answer.headers.getSetCookie().join()).not.toContain('latchkey_session=')
    for (const one of [thief, browser]) expect((await one.get('/api/auth/me')).status).toBe(401)
    expect((await login(email, { ip: '198.51.100.7' })).status).toBe(401)
    const devices = await db.selectFrom('knownDevices').select('userId').where('userId', '=', id).execute()
    expect(devices).toEqual([])

    const { resetToken } = answer.body as { resetToken: string }
    const chosen = { token: resetToken, password: NEW_PASSWORD }
    expect((await new Browser(host.url).post('/api/auth/reset-password', chosen)).status).toBe(200)
    const entering = { email, password: NEW_PASSWORD }
    expect((await new Browser(host.url).post('/api/auth/login', entering)).status).toBe(200)
  })

  test('works from any of several letters, once from all of them', async () => {
    const { email } = await aUser(host)
    await login(email)
    await login(email, { ip: '198.51.100.7' })
    const older = await tokenIn(host, email)
    await login(email, { ip: '203.0.113.7' })
    const newer = await tokenIn(host, email)
    const say = (token: string) => new Browser(host.url).post('/api/auth/not-me', { token })
    expect((await say(older)).status).toBe(200)
    expect((await say(newer)).status).toBe(400)
    expect((await say(older)).status).toBe(400)
  })

  test('A6: a change of the password is told of, and answered in the same way', async () => {
    const { email, browser } = await aSignedInUser(host)
    await browser.post('/api/auth/change-password', { currentPassword: PASSWORD, password: NEW_PASSWORD })
    const { letter, token, ...said } = await letterTo(host, email)
    expect([letter, said]).toMatchObject(['password-changed', { by: 'change' }])
    expect(JSON.stringify(said)).not.toContain(NEW_PASSWORD)
    await new Browser(host.url).post('/api/auth/not-me', { token })
    expect((await browser.get('/api/auth/me')).status).toBe(401)
  })

  test('a thief who had the address changed cannot say it once the owner has undone that', async () => {
    const { email, browser: thief } = await aSignedInUser(host)
    const theirs = `thief-of-${email}`
    await thief.post('/api/auth/change-email', { email: theirs })
    const toOwner = await tokenIn(host, email)
    await thief.post('/api/auth/change-email/confirm', { token: await tokenIn(host, theirs) })
    await login(theirs, { ip: '198.51.100.7' })
    const toThief = await tokenIn(host, theirs)
    await new Browser(host.url).post('/api/auth/change-email/undo', { token: toOwner })
    expect((await new Browser(host.url).post('/api/auth/not-me', { token: toThief })).status).toBe(400)
  })

  test('brings back the address that its letter went to, and nobody else is mailed a way in', async () => {
    const { id, email, browser: thief } = await aSignedInUser(host)
    await login(email, { ip: '198.51.100.7' })
    const notMe = await tokenIn(host, email)
    const theirs = `other-thief-of-${email}`
    await thief.post('/api/auth/change-email', { email: theirs })
    await thief.post('/api/auth/change-email/confirm', { token: await tokenIn(host, theirs) })
    const before = await lettersTo(theirs)

    const said = await new Browser(host.url).post('/api/auth/not-me', { token: notMe })
    const { resetToken } = said.body as { resetToken: string }
    const chosen = { token: resetToken, password: NEW_PASSWORD }
    expect((await new Browser(host.url).post('/api/auth/reset-password', chosen)).status).toBe(200)
    const entering = await new Browser(host.url).post('/api/auth/login', { email, password: NEW_PASSWORD })
    expect(entering.body).toMatchObject({ user: { id, email } })
    expect(await lettersTo(theirs)).toEqual(before)
  })

  test('of an address that has another account by now it says so, and is not spent', async () => {
    const { email, browser: thief } = await aSignedInUser(host)
    await login(email, { ip: '198.51.100.7' })
    const token = await tokenIn(host, email)
    const theirs = `third-thief-of-${email}`
    await thief.post('/api/auth/change-email', { email: theirs })
    await thief.post('/api/auth/change-email/confirm', { token: await tokenIn(host, theirs) })
    const { id } = await aUser(host, { email })
    const say = () => new Browser(host.url).post('/api/auth/not-me', { token })
    expect(await say()).toMatchObject({ status: 409, body: { code: 'ADDRESS_TAKEN' } })
    await host.town.ownerDb.deleteFrom('users').where('id', '=', id).execute()
    expect((await say()).status).toBe(200)
  })

  test('the owner who has undone a change needs it no more: older letters are good for nothing', async () => {
    const { email, browser: thief } = await aSignedInUser(host)
    await login(email, { ip: '198.51.100.7' })
    const notMe = await tokenIn(host, email)
    await thief.post('/api/auth/change-email', { email: `fourth-thief-of-${email}` })
    const toUndo = await tokenIn(host, email)
    const undone = await new Browser(host.url).post('/api/auth/change-email/undo', { token: toUndo })
    expect(undone.status).toBe(200)
    expect((await new Browser(host.url).post('/api/auth/not-me', { token: notMe })).status).toBe(400)
  })

  test('a reset ends it as well: it goes to the same mail', async () => {
    const { email } = await aUser(host)
    await login(email)
    await login(email, { ip: '198.51.100.7' })
    const old = await tokenIn(host, email)
    await new Browser(host.url).post('/api/auth/forgot-password', { email })
    const chosen = { token: await tokenIn(host, email), password: NEW_PASSWORD }
    await new Browser(host.url).post('/api/auth/reset-password', chosen)
    expect((await new Browser(host.url).post('/api/auth/not-me', { token: old })).status).toBe(400)
  })
})
