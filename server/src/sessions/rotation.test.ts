import { afterAll, describe, expect, test } from 'vitest'
import { aSignedInUser } from '../test/actors.ts'
import { Browser } from '../test/browser.ts'
import { age } from '../test/clock.ts'
import { openTestHost } from '../test/host.ts'

const host = await openTestHost()
afterAll(() => host.close())
const { db } = host.deps

const statusWith = async (token: string | undefined) =>
  (
    await new Browser(host.url).get('/api/auth/me', {
      headers: { cookie: `latchkey_session=${token}` },
    })
  ).status

/** Refreshes with a token of one's choice, and gives the one that came back. */
async function refreshWith(browser: Browser, token: string | undefined): Promise<string> {
  const other = new Browser(host.url)
  for (const [name, value] of browser.jar) other.jar.set(name, value)
  other.jar.set('latchkey_session', token ?? '')
  const answer = await other.post('/api/trpc/auth.refresh')
  expect([answer.status, answer.text]).toEqual([200, '{"result":{"data":{"ok":true}}}'])
  return other.session ?? ''
}

const events = async (userId: string) =>
  (
    await db.selectFrom('auditEvents').select('action').where('targetId', '=', userId).orderBy('id').execute()
  ).map(({ action }) => action)
const letters = async (email: string) =>
  (await db.selectFrom('emailOutbox').select('letter').where('toAddress', '=', email).execute()).map(
    ({ letter }) => letter,
  )

describe('D5, decision 18: rotation', () => {
  test('a new token in the same family; the CSRF token and the absolute end stay', async () => {
    const { browser, id } = await aSignedInUser(host)
    const [first, csrf] = [browser.session, browser.csrf]
    await age(db, id, 3600)
    const answer = await browser.post('/api/trpc/auth.refresh')
    expect(browser.session).not.toBe(first)
    expect(browser.csrf).toBe(csrf)
    expect(answer.headers.getSetCookie()).toHaveLength(1)
    const maxAge = Number(/Max-Age=(\d+)/.exec(answer.headers.getSetCookie()[0] ?? '')?.[1])
    expect(maxAge).toBeGreaterThan(30 * 86_400 - 3660)
    expect(maxAge).toBeLessThanOrEqual(30 * 86_400 - 3600)
    const rows = await db
      .selectFrom('sessions')
      .select(['familyId', 'absoluteExpiresAt'])
      .where('userId', '=', id)
      .execute()
    expect(rows).toHaveLength(2)
    expect(new Set(rows.map(({ familyId }) => familyId)).size).toBe(1)
    expect(new Set(rows.map(({ absoluteExpiresAt }) => absoluteExpiresAt.getTime())).size).toBe(1)
  })

  test('the old token answers until 30 s after the new one was first used, and not a second longer', async () => {
    const { browser, id } = await aSignedInUser(host)
    const old = browser.session
    const next = await refreshWith(browser, old)
    await age(db, id, 3600)
    expect(await statusWith(old), 'an answer that was lost on its way costs nothing').toBe(200)
    expect(await statusWith(next)).toBe(200)
    await age(db, id, 29)
    expect(await statusWith(old)).toBe(200)
    await age(db, id, 2)
    expect(await statusWith(old)).toBe(401)
  })

  test('a sibling that is first used later gives the old token no more time', async () => {
    const { browser, id } = await aSignedInUser(host)
    const old = browser.session
    const [one, other] = [await refreshWith(browser, old), await refreshWith(browser, old)]
    expect(await statusWith(one)).toBe(200)
    await age(db, id, 20)
    expect(await statusWith(other)).toBe(200)
    await age(db, id, 11)
    expect(await statusWith(old)).toBe(401)
  })

  test('three tabs that refresh with the same token all live on', async () => {
    const { browser } = await aSignedInUser(host)
    const tokens = await Promise.all([1, 2, 3].map(() => refreshWith(browser, browser.session)))
    expect(new Set(tokens).size).toBe(3)
    for (const token of tokens) expect(await statusWith(token)).toBe(200)
  })
})

describe('D6, pain 3: reuse', () => {
  test('a dead token ends the family within that request, audits it and mails the owner once', async () => {
    const { browser, id, email } = await aSignedInUser(host)
    const stolen = browser.session
    const mine = await refreshWith(browser, stolen)
    expect(await statusWith(mine)).toBe(200)
    await age(db, id, 31)
    expect(await Promise.all(Array.from({ length: 10 }, () => statusWith(stolen)))).toEqual(
      Array(10).fill(401),
    )
    expect(await statusWith(mine)).toBe(401)
    expect((await events(id)).filter((action) => action === 'session.reuse_detected')).toHaveLength(1)
    expect((await letters(email)).filter((letter) => letter === 'session-ended')).toHaveLength(1)
  })

  test('other families of the same person live on', async () => {
    const first = await aSignedInUser(host)
    const second = new Browser(host.url)
    await second.post('/api/auth/login', { email: first.email, password: 'velvet-harbour-mango-42' })
    const stolen = first.browser.session
    await statusWith(await refreshWith(first.browser, stolen))
    await age(db, first.id, 31)
    expect(await statusWith(stolen)).toBe(401)
    expect(await statusWith(second.session)).toBe(200)
  })

  test('a token from before signing out is only over: nobody is mailed', async () => {
    const { browser, id, email } = await aSignedInUser(host)
    const old = browser.session
    await browser.post('/api/auth/logout')
    await age(db, id, 3600)
    expect(await statusWith(old)).toBe(401)
    expect(await letters(email)).toEqual([])
  })
})

describe('decision 19: binding', () => {
  const CHROME =
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0.0.0 Safari/537.36'

  test('another version of the same browser is the same; another browser is refused, audited, and ends nothing', async () => {
    const { browser, id } = await aSignedInUser(host)
    const as = async (agent: string, token = browser.session) =>
      (
        await new Browser(host.url).get('/api/auth/me', {
          headers: { cookie: `latchkey_session=${token}`, 'user-agent': agent },
        })
      ).status
    expect(await as(CHROME)).toBe(401)
    expect(await events(id)).toContain('session.binding_mismatch')
    expect(await statusWith(browser.session)).toBe(200)

    const chrome = new Browser(host.url)
    const { email } = await db
      .selectFrom('users')
      .select('email')
      .where('id', '=', id)
      .executeTakeFirstOrThrow()
    await chrome.post(
      '/api/auth/login',
      { email, password: 'velvet-harbour-mango-42' },
      { headers: { 'user-agent': CHROME } },
    )
    expect(await as(CHROME.replace('150', '151'), chrome.session)).toBe(200)
    expect(await as(CHROME.replace('Linux x86_64', 'Windows NT 10.0'), chrome.session)).toBe(401)
  })
})

describe('D10, C8: one’s own sessions', () => {
  const call = async (browser: Browser, path: string, body?: unknown) =>
    (body === undefined ? await browser.get(path) : await browser.post(path, body)).body as {
      result: { data: never }
      error: { data: never }
    }

  test('lists a line a sign-in, the one at hand first, with nothing in it that signs in', async () => {
    const { browser, email } = await aSignedInUser(host)
    const other = new Browser(host.url)
    await other.post('/api/auth/login', { email, password: 'velvet-harbour-mango-42' })
    await refreshWith(browser, browser.session)
    const { sessions } = (await call(browser, '/api/trpc/session.list')).result.data as {
      sessions: { id: string; current: boolean }[]
    }
    expect(sessions).toMatchObject([
      { current: true, client: 'A program', ipMasked: '127.0.0.…' },
      { current: false },
    ])
    for (const { id } of sessions) expect(await statusWith(id)).toBe(401)
  })

  test('ends one, and all others, from their next request on', async () => {
    const { browser, email } = await aSignedInUser(host)
    const others = await Promise.all(
      [1, 2, 3].map(async () => {
        const other = new Browser(host.url)
        await other.post('/api/auth/login', { email, password: 'velvet-harbour-mango-42' })
        return other
      }),
    )
    const { sessions } = (await call(browser, '/api/trpc/session.list')).result.data as {
      sessions: { id: string; current: boolean }[]
    }
    const victim = sessions.find(({ current }) => !current)
    expect((await call(browser, '/api/trpc/session.revoke', { id: victim?.id })).result.data).toEqual({
      revoked: 1,
    })
    expect((await call(browser, '/api/trpc/session.revokeOthers', {})).result.data).toEqual({ revoked: 2 })
    for (const other of others) expect(await statusWith(other.session)).toBe(401)
    expect(await statusWith(browser.session)).toBe(200)
  })

  test('B8: somebody else’s and none at all are the same 404', async () => {
    const { browser } = await aSignedInUser(host)
    const victim = await aSignedInUser(host)
    const theirs = (
      (await call(victim.browser, '/api/trpc/session.list')).result.data as { sessions: { id: string }[] }
    ).sessions[0]?.id
    const answers = await Promise.all(
      [theirs, crypto.randomUUID()].map((id) => call(browser, '/api/trpc/session.revoke', { id })),
    )
    for (const { error } of answers) expect(error.data).toMatchObject({ code: 'NOT_FOUND', httpStatus: 404 })
    expect(await statusWith(victim.browser.session)).toBe(200)
  })

  test('C9: of 22 sign-ins the two that were seen longest ago are out', async () => {
    const { browser, email, id } = await aSignedInUser(host)
    const tokens = [browser.session]
    for (let more = 0; more < 21; more += 1) {
      await age(db, id, 1)
      const other = new Browser(host.url)
      await other.post('/api/auth/login', { email, password: 'velvet-harbour-mango-42' })
      tokens.push(other.session)
    }
    const statuses = await Promise.all(tokens.map(statusWith))
    expect(statuses).toEqual([401, 401, ...Array<number>(20).fill(200)])
  })
})
