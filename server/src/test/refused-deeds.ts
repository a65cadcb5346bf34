import { sql } from 'kysely'
import { hashed } from '../counting/hashed.ts'
import { aSignedInUser, aUser, PASSWORD } from './actors.ts'
import { type Answer, Browser } from './browser.ts'
import { age } from './clock.ts'
import { aLink } from './letters.ts'
import type { TestHost } from './host.ts'

/** What `REFUSED` wants to be asked of: a host with every limit, and every proof that is owed. */
export const STRICT = {
  CAPTCHA: 'ladder',
  TRUSTED_PROXIES: '127.0.0.1',
  RATE_LIMITS: 'shipped',
  REQUIRE_VERIFIED_EMAIL: 'true',
  DATABASE_POOL_SIZE: '1',
}

/** Sets the scene, and leaves one call to be made that has to be refused. */
type Deed = (host: TestHost) => Promise<() => Promise<Answer>>
type User = { id: string; email: string }

const NEW_PASSWORD = 'copper-meadow-violin-58'
const EIGHT_DAYS = 8 * 86_400
const GRACE_IS_OVER = 31

let addresses = 0
const fromElsewhere = () => ({ 'x-forwarded-for': `2001:db8:${(addresses += 1).toString(16)}::1` })

const me = (browser: Browser) => () => browser.get('/api/users/me')

async function aLogin(host: TestHost, { email }: Pick<User, 'email'>, other: object = {}) {
  const browser = new Browser(host.url)
  await browser.get('/api/auth/csrf')
  const headers = fromElsewhere()
  return () => browser.post('/api/auth/login', { email, password: PASSWORD, ...other }, { headers })
}

async function someoneWho(
  host: TestHost,
  change: { status: 'suspended' } | { passwordHash: null } | { isEmailVerified: false },
): Promise<User> {
  const user = await aUser(host)
  await host.deps.db.updateTable('users').set(change).where('id', '=', user.id).execute()
  return user
}

async function failedAt(host: TestHost, { email }: User, times: number): Promise<void> {
  const account = hashed(host.deps.env, email)
  for (let nth = 0; nth < times; nth += 1) {
    const grant = await host.deps.guesses.begin('password', { address: `${nth}`, account, proved: 'work' })
    if (grant.refused) throw new Error(`refused: ${grant.refused}`)
    await grant.wrong()
  }
}

const countedAs = ({ deps }: TestHost, key: string, points: number) =>
  sql`update rate_limits set points = ${points} where key like ${key}`.execute(deps.db)

export const REFUSED: Record<string, Deed> = {
  'a sign-in with a wrong password': async (host) =>
    aLogin(host, await aUser(host), { password: 'not the password' }),
  'a sign-in to an account of nobody': (host) => aLogin(host, { email: 'nobody-at-all@example.com' }),
  'a sign-in to a suspended account': async (host) =>
    aLogin(host, await someoneWho(host, { status: 'suspended' })),
  'a sign-in to an account without a password': async (host) =>
    aLogin(host, await someoneWho(host, { passwordHash: null })),
  'a sign-in with an address that nobody has proved': async (host) =>
    aLogin(host, await someoneWho(host, { isEmailVerified: false })),
  'a sign-in to a locked account': async (host) => {
    const user = await aUser(host)
    await failedAt(host, user, 5)
    return aLogin(host, user)
  },
  'a sign-in without the proof that is owed': async (host) => {
    const user = await aUser(host)
    await failedAt(host, user, 3)
    return aLogin(host, user)
  },
  'a sign-in with a proof that is none': async (host) => {
    const user = await aUser(host)
    await failedAt(host, user, 3)
    return aLogin(host, user, { captchaToken: 'nonsense' })
  },
  'a registration without the proof that is owed': async (host) => {
    const browser = new Browser(host.url)
    const headers = fromElsewhere()
    const register = () =>
      browser.post(
        '/api/auth/register',
        { email: `${crypto.randomUUID()}@example.com`, password: PASSWORD },
        { headers },
      )
    await register()
    await countedAs(host, 'burst:register:%', 5)
    return register
  },
  'a call too many': async (host) => {
    const browser = new Browser(host.url)
    const headers = fromElsewhere()
    const ask = () => browser.post('/api/auth/captcha', { act: 'login' }, { headers })
    await ask()
    await countedAs(host, 'call:captcha.ask:%', 60)
    return ask
  },
  'a letter too many': async (host) => {
    const { email } = await aUser(host)
    const browser = new Browser(host.url)
    const forget = () => browser.post('/api/auth/forgot-password', { email }, { headers: fromElsewhere() })
    await forget()
    await countedAs(host, 'mail:user.forgot_password:to:%', 3)
    return forget
  },
  'a session that was ended': async (host) => {
    const { browser } = await aSignedInUser(host)
    const token = browser.session ?? ''
    await browser.post('/api/auth/logout')
    browser.jar.set('latchkey_session', token)
    return me(browser)
  },
  'a session whose time is over': async (host) => {
    const { id, browser } = await aSignedInUser(host)
    await age(host.deps.db, id, EIGHT_DAYS)
    return me(browser)
  },
  'a session of somebody who was suspended': async (host) => {
    const { id, browser } = await aSignedInUser(host)
    await host.deps.db.updateTable('users').set({ status: 'suspended' }).where('id', '=', id).execute()
    return me(browser)
  },
  'a token that was replaced': async (host) => {
    const { id, browser } = await aSignedInUser(host)
    const token = browser.session ?? ''
    await browser.post('/api/auth/refresh')
    const seen = await browser.get('/api/users/me')
    if (seen.status !== 200) throw new Error(`the next token was not seen: ${seen.text}`)
    await age(host.deps.db, id, GRACE_IS_OVER)
    browser.jar.set('latchkey_session', token)
    return me(browser)
  },
  'a USER at what is an ADMIN’s': async (host) => {
    const { browser } = await aSignedInUser(host)
    return () => browser.post('/api/trpc/jobs.ping')
  },
  'a write without a CSRF token': async (host) => {
    const { browser } = await aSignedInUser(host)
    return () => browser.send('PATCH', '/api/users/me', { body: { bio: 'mine' } })
  },
  'a write with another sign-in’s CSRF token': async (host) => {
    const { browser } = await aSignedInUser(host)
    const { browser: other } = await aSignedInUser(host)
    browser.jar.set('latchkey_csrf', other.csrf ?? '')
    const headers = { 'x-csrf-token': other.csrf }
    return () => browser.send('PATCH', '/api/users/me', { body: { bio: 'mine' }, headers })
  },
  'a grave act, ten minutes after the sign-in': async (host) => {
    const { id, browser } = await aSignedInUser(host)
    await age(host.deps.db, id, 601)
    return () => browser.post('/api/auth/change-email', { email: `${crypto.randomUUID()}@example.com` })
  },
  'a wrong password of whoever is signed in': async (host) => {
    const { browser } = await aSignedInUser(host)
    const body = { currentPassword: 'not the password', password: NEW_PASSWORD }
    return () => browser.post('/api/auth/change-password', body)
  },
  'a token that was used': async (host) => {
    const link = await aLink(host, 'reset_password')
    const browser = new Browser(host.url)
    const reset = () =>
      browser.post(
        '/api/auth/reset-password',
        { ...link, password: NEW_PASSWORD },
        { headers: fromElsewhere() },
      )
    await reset()
    return reset
  },
}

/** A scene that nothing before it has to do with. */
export async function refused(host: TestHost, deed: string): Promise<() => Promise<Answer>> {
  await sql`delete from rate_limits`.execute(host.deps.db)
  const call = await REFUSED[deed]?.(host)
  if (!call) throw new Error(`there is no such deed: ${deed}`)
  return call
}

/** Whether somebody got what they may not have: a yes, or a session. */
export const gotIn = ({ status, headers }: Answer): boolean =>
  (status >= 200 && status < 300) ||
  headers.getSetCookie().some((line) => /^(__Host-)?latchkey_session=[^;]/.test(line))
