import { afterAll, describe, expect, test } from 'vitest'
import { sql } from 'kysely'
import { aSignedInUser, aUser, PASSWORD } from '../test/actors.ts'
import { Browser } from '../test/browser.ts'
import { openTestHost } from '../test/host.ts'
import { letterTo, tokenIn } from '../test/letters.ts'

const host = await openTestHost()
afterAll(() => host.close())
const { db } = host.deps
const NEW_PASSWORD = 'copper-meadow-violin-58'
const stranger = () => new Browser(host.url)
const forgot = (email: string) => stranger().post('/api/auth/forgot-password', { email })
const reset = (body: object, browser = stranger()) => browser.post('/api/auth/reset-password', body)
const login = (email: string, password: string) => stranger().post('/api/auth/login', { email, password })

async function aForgetful() {
  const { id, email } = await aUser(host)
  await forgot(email)
  return { id, email, ...(await letterTo(host, email)) }
}

test('F6, F7, E5: the link sets a new password, ends every sign-in, opens none and is told of', async () => {
  const { id, email, browser } = await aSignedInUser(host)
  const elsewhere = stranger()
  await elsewhere.post('/api/auth/login', { email, password: PASSWORD })
  await forgot(email)
  const token = await tokenIn(host, email)

  const answer = await reset({ token, password: NEW_PASSWORD }, browser)
  expect([answer.status, answer.body]).toEqual([200, { ok: true }])
  expect(browser.session).toBeUndefined()
  for (const one of [browser, elsewhere]) expect((await one.get('/api/auth/me')).status).toBe(401)
  const devices = await db.selectFrom('knownDevices').select('userId').where('userId', '=', id).execute()
  expect(devices, 'no device is known any more, a thief’s neither').toEqual([])
  expect((await login(email, PASSWORD)).status).toBe(401)
  expect((await login(email, NEW_PASSWORD)).status).toBe(200)
  const events = await db
    .selectFrom('auditEvents')
    .select('actorId')
    .where('action', '=', 'user.reset_password')
    .where('targetId', '=', id)
    .execute()
  expect(events).toEqual([{ actorId: id }])
  const told = await db
    .selectFrom('emailOutbox')
    .select('letter')
    .where('toAddress', '=', email)
    .where('letter', '=', 'password-changed')
    .execute()
  expect(told).toHaveLength(1)
})

test('the code does the same', async () => {
  const { email, code } = await aForgetful()
  expect((await reset({ email, code: code.toLowerCase(), password: NEW_PASSWORD })).status).toBe(200)
  expect((await login(email, NEW_PASSWORD)).status).toBe(200)
})

test('a weak password is refused beside its field, and nothing is spent', async () => {
  const { email, token } = await aForgetful()
  for (const password of ['short-1', 'aaaaaaaaaaaa', `${email.split('@')[0] ?? ''}-quilt-91`])
    expect((await reset({ token, password })).body).toMatchObject({
      fields: { password: expect.any(String) as string },
    })
  expect((await reset({ token, password: NEW_PASSWORD })).status).toBe(200)
})

test('E4: of three links only the newest works, and a change of the password ends them all', async () => {
  const { email, token } = await aForgetful()
  await forgot(email)
  const second = await tokenIn(host, email)
  await forgot(email)
  const third = await tokenIn(host, email)
  for (const old of [token, second])
    expect((await reset({ token: old, password: NEW_PASSWORD })).status).toBe(400)
  expect((await reset({ token: third, password: NEW_PASSWORD })).status).toBe(200)

  const { email: other, browser } = await aSignedInUser(host)
  await forgot(other)
  const pending = await tokenIn(host, other)
  await browser.post('/api/auth/change-password', { currentPassword: PASSWORD, password: NEW_PASSWORD })
  expect((await reset({ token: pending, password: 'walnut-ferry-lantern-3' })).status).toBe(400)
})

test('E3: half an hour is its life, to the second', async () => {
  const move = (seconds: number) =>
    sql`update one_time_tokens set expires_at = expires_at - make_interval(secs => ${seconds})`.execute(db)
  const [early, late] = [await aForgetful(), await aForgetful()]
  await move(1800 - 30)
  expect((await reset({ token: early.token, password: NEW_PASSWORD })).status).toBe(200)
  await move(31)
  expect((await reset({ token: late.token, password: NEW_PASSWORD })).status).toBe(400)
})

test('E10: of an account whose address nobody had proved nothing stays but the address', async () => {
  const email = 'pre-hijacked@example.com'
  const attacker = stranger()
  const planted = { email, password: 'attackers-velvet-tram-93', displayName: 'Mallory' }
  await attacker.post('/api/auth/register', planted)
  await attacker.post('/api/auth/login', { email, password: planted.password })
  await attacker.post('/api/auth/change-email', { email: 'attacker@example.com' })
  await forgot(email)
  expect((await reset({ token: await tokenIn(host, email), password: NEW_PASSWORD })).status).toBe(200)
  const mine = (await login(email, NEW_PASSWORD)).body
  expect(mine).toMatchObject({ user: { email, isEmailVerified: true, displayName: null } })
  expect((await attacker.get('/api/auth/me')).status).toBe(401)
  expect((await login(email, planted.password)).status).toBe(401)
})

test.each(['a reset', 'a change of the password'])(
  '%s ends the change of address that a thief has asked for',
  async (how) => {
    const { id, email, browser: thief } = await aSignedInUser(host)
    await thief.post('/api/auth/change-email', { email: `thief-of-${email}` })
    const owner = stranger()
    await owner.post('/api/auth/login', { email, password: PASSWORD })
    if (how === 'a reset') {
      await forgot(email)
      await reset({ token: await tokenIn(host, email), password: NEW_PASSWORD })
    } else
      await owner.post('/api/auth/change-password', { currentPassword: PASSWORD, password: NEW_PASSWORD })
    const open = await db
      .selectFrom('oneTimeTokens')
      .select('type')
      .where('userId', '=', id)
      .where('consumedAt', 'is', null)
      .execute()
    expect(open.map(({ type }) => type)).not.toContain('change_email')
  },
)

test('asking for a link while another is used makes nobody wait for nobody', async () => {
  for (let round = 0; round < 10; round += 1) {
    const { email, token } = await aForgetful()
    const answers = await Promise.all([
      reset({ token, password: NEW_PASSWORD }),
      forgot(email),
      forgot(email),
    ])
    for (const { status } of answers) expect([200, 400]).toContain(status)
  }
})

test('it proves the address as well, and what strangers guessed before is forgotten', async () => {
  const strict = await openTestHost({ RATE_LIMITS: 'shipped', TRUSTED_PROXIES: '127.0.0.1' })
  let nth = 0
  const from = () => ({ headers: { 'x-forwarded-for': `192.0.2.${(nth += 1)}` } })
  const ask = (path: string, body: object) => new Browser(strict.url).post(path, body, from())
  const { id, email } = await aUser(strict, { isEmailVerified: false })
  for (let guess = 0; guess < 5; guess += 1) await ask('/api/auth/login', { email, password: 'not it' })
  await ask('/api/auth/forgot-password', { email })
  expect(
    (await ask('/api/auth/reset-password', { token: await tokenIn(strict, email), password: NEW_PASSWORD }))
      .status,
  ).toBe(200)
  const answer = await ask('/api/auth/login', { email, password: NEW_PASSWORD })
  expect(answer.body).toMatchObject({ user: { email, isEmailVerified: true } })
  expect((answer.body as { user: { id: string } }).user.id).not.toBe(id)
  await strict.close()
})

describe('nobody is let in by it who may not be in', () => {
  test('a suspended person gets no letter, and a link from before is over', async () => {
    const { id, email, token } = await aForgetful()
    await db.updateTable('users').set({ status: 'suspended' }).where('id', '=', id).execute()
    expect((await reset({ token, password: NEW_PASSWORD })).body).toMatchObject({ code: 'TOKEN_INVALID' })
    await forgot(email)
    const letters = await db.selectFrom('emailOutbox').select('id').where('toAddress', '=', email).execute()
    expect(letters).toHaveLength(1)
  })

  test('a person without a password may choose one', async () => {
    const { id, email } = await aUser(host)
    await db.updateTable('users').set({ passwordHash: null }).where('id', '=', id).execute()
    await forgot(email)
    expect((await reset({ token: await tokenIn(host, email), password: NEW_PASSWORD })).status).toBe(200)
    expect((await login(email, NEW_PASSWORD)).status).toBe(200)
  })
})

test.each([
  ['invented', 'A'.repeat(43)],
  ['nothing', ''],
  ['an array', ['x']],
  ['null', null],
])('a token that is %s is a refusal and no more', async (_what, token) => {
  expect([400, 422]).toContain((await reset({ token, password: NEW_PASSWORD })).status)
})

test('E1: a link of one person changes nothing of another', async () => {
  const [one, other] = [await aForgetful(), await aForgetful()]
  expect((await reset({ token: one.token, password: NEW_PASSWORD })).status).toBe(200)
  expect((await login(other.email, PASSWORD)).status).toBe(200)
  expect((await reset({ email: other.email, code: one.code, password: NEW_PASSWORD })).status).toBe(400)
})
