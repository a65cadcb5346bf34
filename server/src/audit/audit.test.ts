import { grantRole } from '@latchkey/db/standing'
import { sql } from 'kysely'
import { afterAll, expect, test } from 'vitest'
import { aSignedInUser, PASSWORD } from '../test/actors.ts'
import { Browser } from '../test/browser.ts'
import { openTestHost } from '../test/host.ts'

const host = await openTestHost()
afterAll(() => host.close())

type Page = { events: { id: string; action: string }[]; next: string | null }
async function mine(browser: Browser, input: object): Promise<Page> {
  const answer = await browser.get(`/api/trpc/audit.mine?input=${encodeURIComponent(JSON.stringify(input))}`)
  expect([answer.status, answer.text]).toEqual([200, expect.stringContaining('events')])
  return (answer.body as { result: { data: Page } }).result.data
}

test('M6: one’s own events, newest first, a page at a time, and nobody else’s', async () => {
  const ada = await aSignedInUser(host)
  const bob = await aSignedInUser(host)
  for (let turn = 0; turn < 3; turn += 1) await ada.browser.post('/api/trpc/auth.refresh')
  const first = await mine(ada.browser, { limit: 3 })
  expect(first.events.map(({ action }) => action)).toEqual(Array(3).fill('session.refresh'))
  const second = await mine(ada.browser, { limit: 3, before: first.next })
  expect(second).toMatchObject({ events: [{ action: 'user.login' }], next: null })
  expect((await mine(bob.browser, {})).events.map(({ action }) => action)).toEqual(['user.login'])
})

test('a page is asked for by an id and a number, and by nothing else', async () => {
  const { browser } = await aSignedInUser(host)
  for (const input of [
    { before: '1; drop table users' },
    { before: '0' },
    { before: '9'.repeat(30) },
    { limit: 0 },
    { limit: 1e9 },
    { userId: 'x' },
  ]) {
    const answer = await browser.get(
      `/api/trpc/audit.mine?input=${encodeURIComponent(JSON.stringify(input))}`,
    )
    expect(answer.status).toBe(422)
  }
  const huge = await browser.get(
    `/api/trpc/audit.mine?input=${encodeURIComponent(JSON.stringify({ before: '9999999999999999999' }))}`,
  )
  expect(huge.status).toBe(422)
})

test('K2: a row says which, when by the database’s clock, who, whom, from where, in which request and why', async () => {
  const columns = await sql<{ name: string; fallback: string | null }>`
    select column_name as name, column_default as fallback from information_schema.columns
    where table_name = 'audit_events'`.execute(host.town.ownerDb)
  const told = new Map(columns.rows.map(({ name, fallback }) => [name, fallback]))
  expect([...told.keys()].sort()).toEqual(
    [
      'id',
      'action',
      'actor_id',
      'target_id',
      'ip',
      'user_agent',
      'request_id',
      'metadata',
      'created_at',
    ].sort(),
  )
  expect(told.get('created_at')).toBe('now()')

  const ada = await aSignedInUser(host)
  const headers = { 'x-request-id': 'the-id-of-this-try', 'user-agent': 'A test' }
  const guess = { email: ada.email, password: `not ${PASSWORD}` }
  await new Browser(host.url).post('/api/auth/login', guess, { headers })
  const rows = await host.deps.db
    .selectFrom('auditEvents')
    .selectAll()
    .where('targetId', '=', ada.id)
    .orderBy('id')
    .execute()
  expect(rows).toMatchObject([
    { action: 'user.login', actorId: ada.id, metadata: { sessionFamily: expect.any(String) as string } },
    {
      action: 'user.login_failed',
      actorId: null,
      ip: '127.0.0.1',
      userAgent: 'A test',
      requestId: 'the-id-of-this-try',
      metadata: { reason: 'wrong_password' },
    },
  ])
  expect(JSON.stringify(rows)).not.toContain(ada.browser.session)
})

test('K1: being refused for want of a role is remembered, once, with what was asked for', async () => {
  const { id, browser } = await aSignedInUser(host)
  expect((await browser.post('/api/trpc/jobs.ping', {})).status).toBe(403)
  const events = await host.deps.db
    .selectFrom('auditEvents')
    .select(['action', 'metadata'])
    .where('actorId', '=', id)
    .where('action', '=', 'access.denied')
    .execute()
  expect(events).toEqual([{ action: 'access.denied', metadata: { procedure: 'jobs.ping' } }])
})

test('where an administrator sat is not shown to whom they judged; where a guesser sat is', async () => {
  const { id, email, browser } = await aSignedInUser(host)
  const { db, box, boss } = host.deps
  const desk = { box, boss, ip: '192.0.2.1', userAgent: 'Mozilla/5.0 Firefox/140.0', requestId: 'a-test' }
  const admin = await aSignedInUser(host, { roles: ['ADMIN'] })
  const change = { actorId: admin.id, targetId: id, role: 'SUPPORT' } as const
  await db.transaction().execute((trx) => grantRole(trx, desk, change))
  expect((await browser.get('/api/auth/me')).status).toBe(401)
  const again = new Browser(host.url)
  await again.post('/api/auth/login', { email, password: 'not the password' })
  await again.post('/api/auth/login', { email, password: PASSWORD })
  const { body } = await again.get('/api/users/me/audit')
  const { events } = body as { events: { action: string; client: string; ipMasked: string | null }[] }
  const told = (action: string) => events.find((event) => event.action === action)
  expect(told('admin.grant_role')).toMatchObject({ client: 'An administrator', ipMasked: null })
  expect(told('user.login_failed')).toMatchObject({ client: 'A program', ipMasked: '127.0.0.…' })
})

test('M6: what an administrator did to somebody is among their own events', async () => {
  const { id: targetId } = await aSignedInUser(host)
  const admin = await aSignedInUser(host, { roles: ['ADMIN'] })
  const { db, box, boss } = host.deps
  const desk = { box, boss, ip: '192.0.2.1', userAgent: null, requestId: 'a-test' }
  const change = { actorId: admin.id, targetId, role: 'SUPPORT' } as const
  await db.transaction().execute((trx) => grantRole(trx, desk, change))
  const did = (await mine(admin.browser, {})).events.map(({ action }) => action)
  expect(did).toEqual(['admin.grant_role', 'user.login'])
})
