import { afterAll, describe, expect, test } from 'vitest'
import { BRAND } from '@latchkey/shared/brand'
import { DEMO_ACCOUNTS, DEMO_PASSWORD } from '@latchkey/shared/demo'
import { aSignedInUser, aUser, PASSWORD } from '../test/actors.ts'
import { Browser } from '../test/browser.ts'
import { openTestHost } from '../test/host.ts'
import { openPasswords } from './password.ts'

const host = await openTestHost()
afterAll(() => host.close())
const { db } = host.deps

const auditOf = (action: string) =>
  db.selectFrom('auditEvents').selectAll().where('action', '=', action).orderBy('id').execute()
const fresh = () => new Browser(host.url)

describe('register', () => {
  const input = { email: 'Ada@Example.com ', password: PASSWORD, displayName: ' Ada ' }

  test('C2: makes the person, the token and the mail, and audits it; nobody is signed in', async () => {
    const browser = fresh()
    const answer = await browser.post('/api/auth/register', input)
    expect(answer.status).toBe(202)
    expect(Object.keys(answer.body as object)).toEqual(['message'])
    expect(browser.session).toBeUndefined()

    const user = await db
      .selectFrom('users')
      .selectAll()
      .where('email', '=', 'ada@example.com')
      .executeTakeFirstOrThrow()
    expect(user).toMatchObject({ displayName: 'Ada', isEmailVerified: false, status: 'active' })
    expect(user.passwordHash).toMatch(/^\$argon2id\$/)
    const mail = await db.selectFrom('emailOutbox').selectAll().where('userId', '=', user.id).execute()
    expect(mail).toMatchObject([{ letter: 'verify-email', toAddress: 'ada@example.com', status: 'queued' }])
    const tokens = await db.selectFrom('oneTimeTokens').selectAll().where('userId', '=', user.id).execute()
    expect(tokens).toMatchObject([{ type: 'verify_email', consumedAt: null, codeTries: 0 }])
    const [event] = await auditOf('user.register')
    expect(event).toMatchObject({
      actorId: user.id,
      ip: '127.0.0.1',
      requestId: answer.headers.get('x-request-id'),
    })
  })

  test('B3, C3, decision 25: a taken address answers the same bytes, changes nothing and mails the owner', async () => {
    await db.updateTable('users').set({ isEmailVerified: true }).execute()
    const before = await db.selectFrom('users').selectAll().execute()
    const free = await fresh().post('/api/auth/register', { ...input, email: 'grace@example.com' })
    const taken = await fresh().post('/api/auth/register', { ...input, password: 'another-long-Secret-9' })
    expect([taken.status, taken.text]).toEqual([free.status, free.text])
    expect(headerNames(taken)).toEqual(headerNames(free))
    const after = await db.selectFrom('users').selectAll().where('email', '!=', 'grace@example.com').execute()
    expect(after).toEqual(before)
    const told = await db
      .selectFrom('emailOutbox')
      .select('letter')
      .where('toAddress', '=', 'ada@example.com')
      .execute()
    expect(told.map(({ letter }) => letter)).toContain('account-exists')
  })

  test('a race for one address makes one person, and nobody is told more than anybody else', async () => {
    const answers = await Promise.all(
      Array.from({ length: 12 }, () =>
        fresh().post('/api/auth/register', { ...input, email: 'race@example.com' }),
      ),
    )
    expect(new Set(answers.map(({ status, text }) => `${status} ${text}`)).size).toBe(1)
    const people = await db.selectFrom('users').select('id').where('email', '=', 'race@example.com').execute()
    expect(people).toHaveLength(1)
  })

  const refused: [string, object, string][] = [
    ['too short', { password: 'short-1' }, 'password'],
    ['its own address', { password: 'bob-the-builder-77', email: 'bob-the-builder@example.com' }, 'password'],
    ['its own name', { password: 'xx-Wilhelmina-27-xx', displayName: 'Wilhelmina' }, 'password'],
    ['the product', { password: `qv-${BRAND.slug}-83-zpwm` }, 'password'],
    ['easy to guess', { password: 'aaaaaaaaaaaa' }, 'password'],
    ['no address', { email: 'nobody' }, 'email'],
    ['a name that is too long', { displayName: 'x'.repeat(81) }, 'displayName'],
    ['an unknown field', { isAdmin: true }, '_'],
    ['a number as password', { password: 12_345_678_901_234 }, 'password'],
  ]
  test.each(refused)('C7, B16: refuses %s with a sentence at its field', async (_what, change, field) => {
    const answer = await fresh().post('/api/auth/register', { ...input, email: 'new@example.com', ...change })
    expect(answer.status).toBe(422)
    expect(answer.body).toMatchObject({
      code: 'VALIDATION_FAILED',
      fields: { [field]: expect.any(String) as string },
    })
    expect(JSON.stringify(answer.body)).not.toContain(PASSWORD)
  })

  test('`name` is what older callers say for displayName', async () => {
    await fresh().post('/api/users/signup', {
      email: 'old@example.com',
      password: PASSWORD,
      name: 'Old Caller',
    })
    const user = await db
      .selectFrom('users')
      .select('displayName')
      .where('email', '=', 'old@example.com')
      .executeTakeFirst()
    expect(user).toEqual({ displayName: 'Old Caller' })
  })
})

describe('login', () => {
  test('C5, D3: sets a session cookie for this host only, out of reach of scripts', async () => {
    const { email } = await aUser(host)
    const answer = await fresh().post('/api/auth/login', { email: email.toUpperCase(), password: PASSWORD })
    const [device, session, csrf] = answer.headers.getSetCookie()
    expect(answer.body).toMatchObject({ user: { email, roles: ['USER'] } })
    expect(session).toMatch(/^latchkey_session=[\w-]{43}; Max-Age=2592000; Path=\/; HttpOnly; SameSite=Lax$/)
    expect(device).toMatch(
      /^latchkey_device=[\w-]{32}\.[\w-]{43}; Max-Age=34560000; Path=\/; HttpOnly; SameSite=Lax$/,
    )
    expect(csrf).toMatch(/^latchkey_csrf=s\.[\w-]+\.[\w-]+; Max-Age=2592000; Path=\/; SameSite=Lax$/)
  })

  test('B1, C5: says the same bytes for an unknown address, a wrong password and a suspended person, and audits each', async () => {
    const known = await aUser(host)
    const suspended = await aUser(host)
    await db.updateTable('users').set({ status: 'suspended' }).where('id', '=', suspended.id).execute()
    const asked = [
      { email: known.email, password: 'not the password' },
      { email: 'unknown@example.com', password: PASSWORD },
      { email: suspended.email, password: PASSWORD },
    ]
    const answers = []
    for (const body of asked)
      answers.push(
        await fresh().post('/api/auth/login', body, { headers: { 'x-request-id': 'the-same-for-all' } }),
      )
    expect(new Set(answers.map(({ status, text }) => `${status} ${text}`)).size).toBe(1)
    expect(new Set(answers.map(headerNames).map(String)).size).toBe(1)
    expect(answers[0]?.body).toMatchObject({ code: 'INVALID_CREDENTIALS' })
    const events = (await auditOf('user.login_failed')).slice(-3)
    expect(events.map(({ metadata }) => metadata['reason'])).toEqual([
      'wrong_password',
      'unknown_address',
      'suspended',
    ])
    expect(events.map(({ targetId }) => targetId)).toEqual([known.id, null, suspended.id])
  })

  test('C3, D7: signing in again ends the session that was there and shows a new token', async () => {
    const { browser, email } = await aSignedInUser(host)
    const earlier = browser.session
    await browser.post('/api/auth/login', { email, password: PASSWORD })
    expect(browser.session).not.toBe(earlier)
    expect((await browser.get('/api/auth/me')).status).toBe(200)
    const old = await fresh().get('/api/auth/me', {
      headers: { cookie: `latchkey_session=${earlier}` },
    })
    expect(old.status).toBe(401)
  })

  test('C3, D7: a token that was planted before signing in is not the one after it', async () => {
    const { email } = await aUser(host)
    const browser = fresh()
    browser.jar.set('latchkey_session', 'A'.repeat(43))
    await browser.post('/api/auth/login', { email, password: PASSWORD })
    expect(browser.session).not.toBe('A'.repeat(43))
  })

  test('A5, C6: a hash of another profile is made anew, and the password still opens it', async () => {
    const { id, email } = await aUser(host)
    const balanced = await openPasswords({ PASSWORD_PROFILE: 'balanced' })
    await db
      .updateTable('users')
      .set({ passwordHash: await balanced.hash(PASSWORD) })
      .where('id', '=', id)
      .execute()
    expect((await fresh().post('/api/auth/login', { email, password: PASSWORD })).status).toBe(200)
    const { passwordHash } = await db
      .selectFrom('users')
      .select('passwordHash')
      .where('id', '=', id)
      .executeTakeFirstOrThrow()
    expect(passwordHash).toContain('m=64,t=1,p=1')
    expect((await fresh().post('/api/auth/login', { email, password: PASSWORD })).status).toBe(200)
  })

  test('A3, decision 21: NFKC makes one password of what two keyboards write', async () => {
    await fresh().post('/api/auth/register', {
      email: 'nfkc@example.com',
      password: 'Ångström-harbour-ﬁsh-9',
    })
    const composed = { email: 'nfkc@example.com', password: 'Ångström-harbour-fish-9' }
    expect((await fresh().post('/api/auth/login', composed)).status).toBe(200)
  })

  test('the demo accounts open with the password that is printed for them', async () => {
    for (const { passwordHash } of DEMO_ACCOUNTS)
      expect(await host.deps.passwords.verify(passwordHash, DEMO_PASSWORD)).toBe(true)
  })
})

describe('logout', () => {
  test('C6, D8: ends the session at once, takes the cookies back and audits it', async () => {
    const { browser, id } = await aSignedInUser(host)
    const token = browser.session
    const answer = await browser.post('/api/auth/logout')
    expect(answer.body).toEqual({ ok: true })
    expect(answer.headers.get('clear-site-data')).toBe('"cache"')
    expect([...browser.jar.keys()], 'the device stays known').toEqual(['latchkey_device'])
    const replay = await fresh().get('/api/auth/me', {
      headers: { cookie: `latchkey_session=${token}` },
    })
    expect(replay.status).toBe(401)
    expect((await auditOf('user.logout')).at(-1)).toMatchObject({ actorId: id })
  })

  test('twice is once', async () => {
    const { browser } = await aSignedInUser(host)
    const jar = new Map(browser.jar)
    await browser.post('/api/auth/logout')
    for (const [name, value] of jar) browser.jar.set(name, value)
    expect((await browser.post('/api/auth/logout')).status).toBe(401)
  })
})

describe('user.me', () => {
  test('C8: 401 without a session, else oneself, the same through both doors', async () => {
    const { browser, email, id } = await aSignedInUser(host, { displayName: 'Ada', roles: ['ADMIN'] })
    expect((await fresh().get('/api/auth/me')).body).toMatchObject({ code: 'UNAUTHENTICATED' })
    const rest = await browser.get('/api/auth/me')
    const trpc = await browser.get('/api/trpc/user.me')
    expect(rest.body).toMatchObject({ id, email, displayName: 'Ada', roles: ['ADMIN', 'USER'], bio: null })
    expect(trpc.body).toEqual({ result: { data: rest.body } })
  })
})

const headerNames = ({ headers }: { headers: Headers }): string[] => [...headers.keys()].sort()
