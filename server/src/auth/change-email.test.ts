import { afterAll, describe, expect, test } from 'vitest'
import { sql } from 'kysely'
import { aSignedInUser, aUser, PASSWORD } from '../test/actors.ts'
import { Browser } from '../test/browser.ts'
import { age } from '../test/clock.ts'
import { openTestHost } from '../test/host.ts'
import { letterTo, tokenIn } from '../test/letters.ts'

const host = await openTestHost()
afterAll(() => host.close())
const { db } = host.deps
const NEW_PASSWORD = 'copper-meadow-violin-58'
const stranger = () => new Browser(host.url)
const login = (email: string, password: string) => stranger().post('/api/auth/login', { email, password })
const change = (browser: Browser, email: string) => browser.post('/api/auth/change-email', { email })
const confirm = (body: object, browser: Browser) => browser.post('/api/auth/change-email/confirm', body)
const post = (browser: Browser, path: string, body: object) => browser.post(path, body)
const undo = (token: string) => stranger().post('/api/auth/change-email/undo', { token })
const me = async (browser: Browser) => (await browser.get('/api/auth/me')).body
let born = 0
const another = () => `another-${(born += 1)}@example.com`

test('F8, E9: the new address is the one when it is confirmed, and not before', async () => {
  const { id, email, browser } = await aSignedInUser(host)
  const email2 = another()
  expect((await change(browser, email2)).status).toBe(200)
  expect(await me(browser)).toMatchObject({ email })
  expect((await letterTo(host, email)).letter).toBe('email-changing')
  const { letter, token } = await letterTo(host, email2)
  expect(letter).toBe('change-email')

  expect((await confirm({ token }, stranger())).status).toBe(401)
  expect((await confirm({ token }, (await aSignedInUser(host)).browser)).status).toBe(400)
  expect((await confirm({ token }, browser)).body).toEqual({ ok: true })
  expect(await me(browser)).toMatchObject({ id, email: email2, isEmailVerified: true })
  expect((await login(email, PASSWORD)).status).toBe(401)
  expect((await login(email2, PASSWORD)).status).toBe(200)
  expect((await confirm({ token }, browser)).status).toBe(400)
})

test('the code is for whoever is signed in, and for nobody else', async () => {
  const { browser } = await aSignedInUser(host)
  const email2 = another()
  await change(browser, email2)
  const { code } = await letterTo(host, email2)
  expect((await confirm({ code }, stranger())).status).toBe(401)
  expect((await confirm({ code }, (await aSignedInUser(host)).browser)).status).toBe(400)
  expect((await confirm({ code }, browser)).status).toBe(200)
  expect(await me(browser)).toMatchObject({ email: email2 })
})

test('B6, F8: the browser that asked hears what became of the letter, free or taken alike, and no other browser does', async () => {
  const fateOf = async (browser: Browser, email: string) => {
    const input = encodeURIComponent(JSON.stringify({ email }))
    return (await browser.get(`/api/trpc/auth.letterFate?input=${input}`)).body
  }
  const fate = (state: string) => ({ result: { data: { state } } })
  for (const email of [another(), (await aUser(host)).email]) {
    const { browser } = await aSignedInUser(host)
    await change(browser, email)
    expect(await fateOf(browser, email)).toEqual(fate('underWay'))
    await host.town.ownerDb
      .updateTable('emailOutbox')
      .set({ status: 'bounced' })
      .where('toAddress', '=', email)
      .execute()
    expect(await fateOf(browser, email)).toEqual(fate('returned'))
    expect(await fateOf(stranger(), email)).toEqual(fate('unknown'))
    expect(await fateOf((await aSignedInUser(host)).browser, email)).toEqual(fate('unknown'))
  }
})

describe('E9: the old address undoes it', () => {
  test('also after a takeover in two steps: the owner is back, and whoever did it is out', async () => {
    const { id, email, browser: thief } = await aSignedInUser(host)
    const [second, third] = [another(), another()]
    await change(thief, second)
    const toOwner = await tokenIn(host, email)
    await confirm({ token: await tokenIn(host, second) }, thief)
    await change(thief, third)
    const toThief = await tokenIn(host, second)
    await confirm({ token: await tokenIn(host, third) }, thief)
    await stranger().post('/api/auth/forgot-password', { email: third })
    const thiefsReset = await tokenIn(host, third)

    const answer = await undo(toOwner)
    expect(answer.status).toBe(200)
    const { resetToken } = answer.body as { resetToken: string }
    expect((await thief.get('/api/auth/me')).status).toBe(401)
    for (const address of [email, second, third]) expect((await login(address, PASSWORD)).status).toBe(401)
    expect((await undo(toThief)).status).toBe(400)
    const thiefs = { token: thiefsReset, password: 'thiefs-velvet-tram-93' }
    expect((await stranger().post('/api/auth/reset-password', thiefs)).status).toBe(400)

    const chosen = { token: resetToken, password: NEW_PASSWORD }
    expect((await stranger().post('/api/auth/reset-password', chosen)).status).toBe(200)
    expect((await login(email, NEW_PASSWORD)).body).toMatchObject({ user: { id, email } })
  })

  test('the thief’s own undoing does not end the owner’s', async () => {
    const { email, browser: thief } = await aSignedInUser(host)
    const [second, third] = [another(), another()]
    await change(thief, second)
    const toOwner = await tokenIn(host, email)
    await confirm({ token: await tokenIn(host, second) }, thief)
    await change(thief, third)
    expect((await undo(await tokenIn(host, second))).status).toBe(200)
    expect((await undo(toOwner)).status).toBe(200)
    const { id } = await db
      .selectFrom('users')
      .select('id')
      .where('email', '=', email)
      .executeTakeFirstOrThrow()
    expect(id).toBeDefined()
  })

  test('before it is confirmed it ends the asking', async () => {
    const { email, browser } = await aSignedInUser(host)
    const email2 = another()
    await change(browser, email2)
    const pending = await tokenIn(host, email2)
    const { resetToken } = (await undo(await tokenIn(host, email))).body as { resetToken: string }
    expect((await browser.get('/api/auth/me')).status).toBe(401)
    const again = stranger()
    await post(again, '/api/auth/reset-password', { token: resetToken, password: NEW_PASSWORD })
    await post(again, '/api/auth/login', { email, password: NEW_PASSWORD })
    expect((await confirm({ token: pending }, again)).status).toBe(400)
  })
})

test('E9: whoever registered the old address meanwhile, and proved nothing, does not stand in the way of undoing', async () => {
  const { id, email, browser: thief } = await aSignedInUser(host)
  const theirs = another()
  await change(thief, theirs)
  const toOwner = await tokenIn(host, email)
  await confirm({ token: await tokenIn(host, theirs) }, thief)
  const squatter = await aUser(host, { email, isEmailVerified: false })
  expect((await undo(toOwner)).status).toBe(200)
  const people = await db.selectFrom('users').select('id').where('email', '=', email).execute()
  expect(people).toEqual([{ id }])
  const event = await db
    .selectFrom('auditEvents')
    .select('metadata')
    .where('action', '=', 'user.undo_change_email')
    .where('targetId', '=', id)
    .executeTakeFirst()
  expect(event?.metadata).toMatchObject({ displaced: squatter.id })
})

test('E1: what was sent to the address before is good for nothing after the change', async () => {
  const { email, browser } = await aSignedInUser(host)
  await stranger().post('/api/auth/forgot-password', { email })
  const before = await tokenIn(host, email)
  const email2 = another()
  await change(browser, email2)
  await confirm({ token: await tokenIn(host, email2) }, browser)
  const late = { token: before, password: NEW_PASSWORD }
  expect((await stranger().post('/api/auth/reset-password', late)).status).toBe(400)
})

describe('B6: it does not tell whose an address is', () => {
  test('a taken one answers the same, its owner hears of it, and nothing changes', async () => {
    const owner = await aUser(host)
    const { email, browser } = await aSignedInUser(host)
    const [taken, free] = [await change(browser, owner.email), await change(browser, another())]
    expect([taken.status, taken.text]).toEqual([free.status, free.text])
    expect((await letterTo(host, owner.email)).letter).toBe('account-exists')
    expect(await me(browser)).toMatchObject({ email })
  })

  test('one that was taken meanwhile cannot be confirmed', async () => {
    const { browser } = await aSignedInUser(host)
    const email2 = another()
    await change(browser, email2)
    const token = await tokenIn(host, email2)
    await aUser(host, { email: email2 })
    expect((await confirm({ token }, browser)).body).toMatchObject({ code: 'TOKEN_INVALID' })
  })

  test('whoever only registered it, and proved nothing, does not stand in the way', async () => {
    const { id, browser } = await aSignedInUser(host)
    const email2 = another()
    await aUser(host, { email: email2, isEmailVerified: false })
    await change(browser, email2)
    expect((await confirm({ token: await tokenIn(host, email2) }, browser)).status).toBe(200)
    expect(await me(browser)).toMatchObject({ id, email: email2 })
  })

  test('one’s own is said to be one’s own', async () => {
    const { email, browser } = await aSignedInUser(host)
    expect((await change(browser, email)).body).toMatchObject({
      fields: { email: expect.any(String) as string },
    })
  })
})

describe('F5: who was signed in for a while shows first that it is them', () => {
  test('9:59 after it goes, 10:01 after it is STEP_UP_REQUIRED, and stepping up is for this sign-in only', async () => {
    const { id, email, browser } = await aSignedInUser(host)
    const other = stranger()
    await other.post('/api/auth/login', { email, password: PASSWORD })
    await age(db, id, 599)
    expect((await change(browser, another())).status).toBe(200)
    await age(db, id, 2)
    const refused = await change(browser, another())
    expect([refused.status, refused.body]).toMatchObject([403, { code: 'STEP_UP_REQUIRED' }])

    expect((await browser.post('/api/auth/step-up', { password: 'not the password' })).body).toMatchObject({
      code: 'VALIDATION_FAILED',
      fields: { password: expect.any(String) as string },
    })
    expect((await change(browser, another())).status).toBe(403)
    expect((await browser.post('/api/auth/step-up', { password: PASSWORD })).body).toEqual({ ok: true })
    expect((await change(browser, another())).status).toBe(200)
    expect((await change(other, another())).status, 'another sign-in of the same person').toBe(403)
    await age(db, id, 601)
    expect((await change(browser, another())).status).toBe(403)
  })

  test('it outlives the renewal of the token, and not longer than it was', async () => {
    const { id, browser } = await aSignedInUser(host)
    await age(db, id, 300)
    await browser.post('/api/auth/refresh', {})
    expect((await change(browser, another())).status).toBe(200)
    await age(db, id, 301)
    expect((await change(browser, another())).status).toBe(403)
  })

  test('nobody who is not signed in steps up', async () => {
    expect((await stranger().post('/api/auth/step-up', { password: PASSWORD })).status).toBe(401)
  })
})

test('E3: an hour to confirm, a week to undo', async () => {
  const move = (seconds: number) =>
    sql`update one_time_tokens set expires_at = expires_at - make_interval(secs => ${seconds})`.execute(db)
  const { email, browser } = await aSignedInUser(host)
  const email2 = another()
  await change(browser, email2)
  const [toNew, toOld] = [await tokenIn(host, email2), await tokenIn(host, email)]
  await move(3601)
  expect((await confirm({ token: toNew }, browser)).status).toBe(400)
  await move(7 * 86_400 - 3601 - 30)
  expect((await undo(toOld)).status).toBe(200)

  const again = await aSignedInUser(host)
  await change(again.browser, another())
  const late = await tokenIn(host, again.email)
  await move(7 * 86_400 + 1)
  expect((await undo(late)).status).toBe(400)
})
