import { afterAll, describe, expect, test } from 'vitest'
import { sql } from 'kysely'
import { aSignedInUser, aUser, PASSWORD } from '../test/actors.ts'
import { Browser } from '../test/browser.ts'
import { openTestHost } from '../test/host.ts'
import { letterTo, linkFor, tokenIn } from '../test/letters.ts'

const host = await openTestHost()
afterAll(() => host.close())
const { db } = host.deps
const NEW_PASSWORD = 'copper-meadow-violin-58'

let born = 0
/** Somebody in front of the browser that they registered with. */
async function aRegistered(password = PASSWORD) {
  const email = `newcomer-${(born += 1)}@example.com`
  const browser = new Browser(host.url)
  const answer = await browser.post('/api/auth/register', { email, password, displayName: 'Nina' })
  expect(answer.status).toBe(202)
  return { email, browser, ...(await letterTo(host, email)) }
}
const verify = (browser: Browser, body: object) => browser.post('/api/auth/verify-email', body)
const stranger = () => new Browser(host.url)
const login = (email: string, password: string, browser = stranger()) =>
  browser.post('/api/auth/login', { email, password })
const rowOf = (email: string) =>
  db.selectFrom('users').selectAll().where('email', '=', email).executeTakeFirstOrThrow()
const eventsOf = (targetId: string, action: string) =>
  db
    .selectFrom('auditEvents')
    .select(['action', 'metadata'])
    .where('targetId', '=', targetId)
    .where('action', '=', action)
    .execute()

describe('F3, F4, decision 26: in the browser that registered', () => {
  test('the link confirms the address, once, and signs nobody in', async () => {
    const { email, browser, token } = await aRegistered()
    const answer = await verify(browser, { token })
    expect([answer.status, answer.body]).toEqual([200, { ok: true }])
    expect(browser.session).toBeUndefined()
    const { id, isEmailVerified, registrationDevice } = await rowOf(email)
    expect([isEmailVerified, registrationDevice]).toEqual([true, null])
    expect(await eventsOf(id, 'user.verify_email')).toEqual([
      { action: 'user.verify_email', metadata: { by: 'browser' } },
    ])
    expect((await verify(browser, { token })).body).toMatchObject({ code: 'TOKEN_INVALID' })
  })

  test('the code does the same, however it is typed', async () => {
    const { email, browser, code } = await aRegistered()
    const typed = ` ${code.slice(0, 3).toLowerCase()}-${code.slice(3)} `
    expect((await verify(browser, { email, code: typed })).body).toEqual({ ok: true })
    expect((await rowOf(email)).isEmailVerified).toBe(true)
  })

  test('a code has five tries and fifteen minutes, then only the link works', async () => {
    const { email, browser, code, token } = await aRegistered()
    const wrong = code === 'AAAAAA' ? 'BBBBBB' : 'AAAAAA'
    for (let tried = 0; tried < 5; tried += 1)
      expect((await verify(browser, { email, code: wrong })).body).toMatchObject({ code: 'TOKEN_INVALID' })
    expect((await verify(browser, { email, code })).body).toMatchObject({ code: 'TOKEN_INVALID' })
    expect((await verify(browser, { token })).status).toBe(200)

    const late = await aRegistered()
    await sql`update one_time_tokens set code_expires_at = code_expires_at - interval '900 seconds'`.execute(
      db,
    )
    expect((await verify(late.browser, { email: late.email, code: late.code })).status).toBe(400)
    expect((await verify(late.browser, { token: late.token })).status).toBe(200)
  })

  test('tries that come at once are counted as well', async () => {
    const { email, browser, code } = await aRegistered()
    const wrong = code === 'AAAAAA' ? 'BBBBBB' : 'AAAAAA'
    await browser.get('/api/auth/csrf')
    await Promise.all(Array.from({ length: 20 }, () => verify(browser, { email, code: wrong })))
    expect((await verify(browser, { email, code })).status).toBe(400)
  })

  test('a code is good for its own address only', async () => {
    const [one, other] = [await aRegistered(), await aRegistered()]
    expect((await verify(one.browser, { email: one.email, code: other.code })).status).toBe(400)
    expect((await verify(other.browser, { email: other.email, code: other.code })).status).toBe(200)
  })
})

describe('pain 7, decision 26: elsewhere, reading the mail is not enough', () => {
  test('it asks for the password that was chosen, and spends nothing', async () => {
    const { email, token, code } = await aRegistered()
    for (const shown of [{ token }, { email, code }]) {
      const answer = await verify(stranger(), shown)
      expect([answer.status, answer.body]).toMatchObject([400, { code: 'PASSWORD_NEEDED' }])
    }
    expect((await rowOf(email)).isEmailVerified).toBe(false)
    const wrong = await verify(stranger(), { token, password: 'not the password' })
    expect([wrong.status, wrong.body]).toMatchObject([
      422,
      { fields: { password: expect.any(String) as string } },
    ])
    expect((await verify(stranger(), { token, password: PASSWORD })).body).toEqual({ ok: true })
    expect((await login(email, PASSWORD)).status).toBe(200)
  })

  test('guesses at that password share the budget of signing in', async () => {
    const strict = await openTestHost({ RATE_LIMITS: 'shipped', TRUSTED_PROXIES: '127.0.0.1' })
    const from = (nth: number) => ({ headers: { 'x-forwarded-for': `192.0.2.${nth}` } })
    const email = 'guessed@example.com'
    await new Browser(strict.url).post('/api/auth/register', { email, password: PASSWORD })
    const token = await tokenIn(strict, email)
    const ask = (password: string, nth: number) =>
      new Browser(strict.url).post('/api/auth/verify-email', { token, password }, from(nth))
    for (let nth = 1; nth <= 5; nth += 1) expect((await ask('not the password', nth)).status).toBe(422)
    expect((await ask(PASSWORD, 6)).status, 'locked').toBe(422)
    await strict.close()
  })

  test('E10: whoever chose none begins anew, and nothing of the earlier registration stays', async () => {
    // An attacker registers the victim's address, signs in where that needs no proof, and waits.
    const { email, browser: attacker } = await aRegistered('attackers-velvet-tram-93')
    const earlier = await rowOf(email)
    expect((await login(email, 'attackers-velvet-tram-93', attacker)).status).toBe(200)
    await attacker.send('PATCH', '/api/users/me', {
      body: { bio: 'planted' },
      headers: { 'x-csrf-token': attacker.csrf },
    })
    await attacker.post('/api/auth/forgot-password', { email })
    const planted = await tokenIn(host, email)
    await attacker.post('/api/auth/change-email', { email: `attacker-of-${email}` })
    const pending = await tokenIn(host, `attacker-of-${email}`)
    await attacker.post('/api/auth/resend-verification', { email })
    const token = await tokenIn(host, email)

    // The victim opens the letter.
    expect((await verify(stranger(), { token })).body).toMatchObject({ code: 'PASSWORD_NEEDED' })
    expect((await verify(stranger(), { token, newPassword: 'short' })).body).toMatchObject({
      fields: { newPassword: expect.any(String) as string },
    })
    expect((await verify(stranger(), { token, newPassword: NEW_PASSWORD })).body).toEqual({ ok: true })

    expect((await attacker.get('/api/auth/me')).status).toBe(401)
    expect((await login(email, 'attackers-velvet-tram-93')).status).toBe(401)
    const reset = { token: planted, password: 'attackers-velvet-tram-94' }
    expect((await stranger().post('/api/auth/reset-password', reset)).status).toBe(400)
    expect((await attacker.post('/api/auth/change-email/confirm', { token: pending })).status).toBe(401)
    const mine = await login(email, NEW_PASSWORD)
    expect(mine.body).toMatchObject({ user: { email, isEmailVerified: true, displayName: null, bio: null } })
    expect((await rowOf(email)).id).not.toBe(earlier.id)
    const [event] = await eventsOf((await rowOf(email)).id, 'user.verify_email')
    expect(event?.metadata).toEqual({ by: 'anew', displaced: earlier.id })
  })

  test('E10: a later registration replaces the earlier one, and its links and sessions end', async () => {
    const first = await aRegistered('attackers-velvet-tram-93')
    await login(first.email, 'attackers-velvet-tram-93', first.browser)
    const owner = stranger()
    await owner.post('/api/auth/register', { email: first.email, password: PASSWORD })
    expect((await first.browser.get('/api/auth/me')).status).toBe(401)
    first.browser.jar.delete('latchkey_csrf')
    expect((await verify(first.browser, { token: first.token })).status).toBe(400)
    const token = await tokenIn(host, first.email)
    expect((await verify(first.browser, { token })).body).toMatchObject({ code: 'PASSWORD_NEEDED' })
    expect((await verify(owner, { token })).status).toBe(200)
    expect((await login(first.email, 'attackers-velvet-tram-93')).status).toBe(401)
    expect((await login(first.email, PASSWORD)).status).toBe(200)
  })

  test('a device cookie of our own making does not stand in for the one that registered', async () => {
    const { token } = await aRegistered()
    const other = await aRegistered()
    expect((await verify(other.browser, { token })).body).toMatchObject({ code: 'PASSWORD_NEEDED' })
  })
})

describe('what is never given away or replaced', () => {
  test.each([
    ['proved', { isEmailVerified: true }],
    ['suspended', { status: 'suspended' as const }],
  ])('an account that is %s stays, whoever registers its address', async (_what, change) => {
    const { id, email } = await aUser(host, { isEmailVerified: false })
    await db.updateTable('users').set(change).where('id', '=', id).execute()
    await stranger().post('/api/auth/register', { email, password: NEW_PASSWORD })
    expect((await rowOf(email)).id).toBe(id)
    expect((await letterTo(host, email)).letter).toBe('account-exists')
  })

  test('nor does one with a role', async () => {
    const { id, email } = await aUser(host, { isEmailVerified: false, roles: ['SUPPORT'] })
    await stranger().post('/api/auth/register', { email, password: NEW_PASSWORD })
    expect((await rowOf(email)).id).toBe(id)
  })

  test('registering the same address many times at once leaves one account, and the last link works', async () => {
    const email = 'all-at-once@example.com'
    const answers = await Promise.all(
      Array.from({ length: 12 }, () => stranger().post('/api/auth/register', { email, password: PASSWORD })),
    )
    expect(answers.map(({ status }) => status)).toEqual(Array(12).fill(202))
    const open = await db
      .selectFrom('oneTimeTokens')
      .select('id')
      .where('consumedAt', 'is', null)
      .where('userId', '=', (await rowOf(email)).id)
      .execute()
    expect(open).toHaveLength(1)
    const answer = await verify(stranger(), { token: await tokenIn(host, email), password: PASSWORD })
    expect(answer.status).toBe(200)
  })
})

describe('E1, E4: a link is good for one thing', () => {
  test('asking again ends the one before', async () => {
    const { email, browser, token } = await aRegistered()
    await browser.post('/api/auth/resend-verification', { email })
    const newer = await tokenIn(host, email)
    await browser.post('/api/auth/resend-verification', { email })
    const newest = await tokenIn(host, email)
    for (const old of [token, newer])
      for (const reader of [browser, stranger()])
        expect((await verify(reader, { token: old })).body).toMatchObject({ code: 'TOKEN_INVALID' })
    expect((await verify(browser, { token: newest })).status).toBe(200)
  })

  test.each([
    ['/api/auth/reset-password', { password: NEW_PASSWORD }],
    ['/api/auth/change-email/undo', {}],
    ['/api/auth/not-me', {}],
    ['/api/auth/unlock', {}],
  ])('at %s it is none, and stays good for its owner', async (path, more) => {
    const { browser, token } = await aRegistered()
    expect((await browser.post(path, { token, ...more })).body).toMatchObject({ code: 'TOKEN_INVALID' })
    expect((await verify(browser, { token })).status).toBe(200)
  })

  test('E3: a day is its life, to the second, whether anything sweeps or not', async () => {
    const { email, browser, token } = await aRegistered()
    const move = (seconds: number) =>
      sql`update one_time_tokens set expires_at = expires_at - make_interval(secs => ${seconds})
        where user_id = (select id from users where email = ${email})`.execute(db)
    await move(86_400 - 30)
    expect((await verify(stranger(), { token })).body).toMatchObject({ code: 'PASSWORD_NEEDED' })
    await move(31)
    expect((await verify(browser, { token })).body).toMatchObject({ code: 'TOKEN_INVALID' })
  })

  test('of two codes only the newer works', async () => {
    const { email, browser, code } = await aRegistered()
    await browser.post('/api/auth/resend-verification', { email })
    const newer = await letterTo(host, email)
    expect((await verify(browser, { email, code })).status).toBe(400)
    expect((await verify(browser, { email, code: newer.code })).status).toBe(200)
  })

  test('of an account that is proved already there is nothing to confirm', async () => {
    const { id: userId } = await aUser(host)
    const link = await linkFor(host, { userId, type: 'verify_email' })
    expect((await verify(stranger(), link)).body).toMatchObject({ code: 'TOKEN_INVALID' })
  })

  test('E2: what fails after the link was taken gives it back', async () => {
    const { email, browser, token } = await aRegistered()
    await sql`alter table audit_events rename to audit_events_away`.execute(host.town.ownerDb)
    expect((await verify(browser, { token })).status).toBe(500)
    await sql`alter table audit_events_away rename to audit_events`.execute(host.town.ownerDb)
    expect((await rowOf(email)).isEmailVerified).toBe(false)
    expect((await verify(browser, { token })).status).toBe(200)
  })
})

test('both or neither of link and code is said to be wrong', async () => {
  for (const body of [
    {},
    { code: 'ABC234' },
    { email: 'ada@example.com' },
    { token: 'x', email: 'ada@example.com', code: 'ABC234' },
  ])
    expect((await verify(stranger(), body)).body).toMatchObject({
      fields: { token: expect.any(String) as string },
    })
})

test('whoever is signed in sees at once that the address is theirs', async () => {
  const { id, email, browser } = await aSignedInUser(host, { isEmailVerified: false })
  await browser.post('/api/auth/resend-verification', { email })
  const token = await tokenIn(host, email)
  expect((await verify(browser, { token, password: PASSWORD })).status).toBe(200)
  expect((await browser.get('/api/auth/me')).body).toMatchObject({ id, isEmailVerified: true })
})

describe('what became of the letter', () => {
  const fateOf = async (browser: Browser, email: string) =>
    (await browser.get(`/api/trpc/auth.letterFate?input=${encodeURIComponent(JSON.stringify({ email }))}`))
      .body

  test('the browser that registered hears it, and nobody else does', async () => {
    const { email, browser } = await aRegistered()
    expect(await fateOf(browser, email)).toEqual({ result: { data: { state: 'underWay' } } })
    await host.town.ownerDb
      .updateTable('emailOutbox')
      .set({ status: 'bounced' })
      .where('toAddress', '=', email)
      .execute()
    expect(await fateOf(browser, email)).toEqual({ result: { data: { state: 'returned' } } })
    const { browser: another } = await aRegistered()
    expect(await fateOf(another, email)).toEqual({ result: { data: { state: 'unknown' } } })
    const unknown = stranger()
    expect(await fateOf(unknown, email)).toEqual({ result: { data: { state: 'unknown' } } })
    expect([...unknown.jar], 'asking names nobody').toEqual([])
  })

  test('B6: it says the same of an address that was taken', async () => {
    const { email } = await aUser(host)
    const browser = stranger()
    await browser.post('/api/auth/register', { email, password: PASSWORD })
    expect(await fateOf(browser, email)).toEqual({ result: { data: { state: 'underWay' } } })
    await browser.post('/api/auth/resend-verification', { email })
    await browser.post('/api/auth/forgot-password', { email })
    expect(await fateOf(browser, email)).toEqual({ result: { data: { state: 'underWay' } } })
  })
})
