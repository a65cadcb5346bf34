import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'kysely'
import { afterAll, expect, test } from 'vitest'
import type { Trx } from '@latchkey/db/database'
import { lockOwner, revokeFamilies } from '@latchkey/db/sessions'
import { aSignedInUser, PASSWORD } from '../test/actors.ts'
import { type Answer, Browser } from '../test/browser.ts'
import { openTestHost } from '../test/host.ts'
import { hashOf } from './lucia-adapter.ts'
import { rotateSession } from './sessions.ts'
import { findSession } from './sessions.queries.ts'

const host = await openTestHost()
afterAll(() => host.close())
const { db, ownerDb } = host.town

/** Somebody ends the sign-in while its own request is under way, and commits first. */
async function endedWhileAsking(path: string, body?: object, method = 'POST') {
  const person = await aSignedInUser(host)
  const { asked } = await ownerDb.transaction().execute(async (trx) => {
    await lockOwner(trx, person.id)
    const headers = { 'x-csrf-token': person.browser.csrf }
    const asked = person.browser.send(method, path, { body, headers })
    await somebodyWaits()
    await revokeFamilies(trx, { userId: person.id })
    return { asked }
  })
  const { status } = await asked
  const live = await db
    .selectFrom('sessions')
    .select('id')
    .where('userId', '=', person.id)
    .where('revokedAt', 'is', null)
    .execute()
  return { ...person, status, live: live.length }
}

async function somebodyWaits(): Promise<void> {
  const waiting = sql`select 1 from pg_locks join pg_stat_activity using (pid)
    where not granted and datname = current_database()`
  while ((await waiting.execute(db)).rows.length === 0) await sleep(20)
}

test('a refresh that comes after the end of its sign-in makes no token', async () => {
  expect(await endedWhileAsking('/api/auth/refresh')).toMatchObject({ status: 401, live: 0 })
})

test('a profile is not changed by a session that was ended while it waited', async () => {
  const { id, ...told } = await endedWhileAsking('/api/users/me', { bio: 'planted' }, 'PATCH')
  expect(told).toMatchObject({ status: 401, live: 0 })
  const { bio } = await db
    .selectFrom('profiles')
    .select('bio')
    .where('userId', '=', id)
    .executeTakeFirstOrThrow()
  expect(bio).toBeNull()
})

test('whoever shows too late that it is them has not shown it', async () => {
  const { id, ...told } = await endedWhileAsking('/api/auth/step-up', { password: PASSWORD })
  expect(told).toMatchObject({ status: 401, live: 0 })
  const events = await db
    .selectFrom('auditEvents')
    .select('action')
    .where('actorId', '=', id)
    .where('action', '=', 'session.step_up')
    .execute()
  expect(events).toEqual([])
})

test('a sign-in that was ended ends no others', async () => {
  const { id, browser } = await aSignedInUser(host)
  const owner = new Browser(host.url)
  const { email } = await db
    .selectFrom('users')
    .select('email')
    .where('id', '=', id)
    .executeTakeFirstOrThrow()
  await owner.post('/api/auth/login', { email, password: PASSWORD })
  const { familyId: only } = await db
    .selectFrom('sessions')
    .select('familyId')
    .where('tokenHash', '=', hashOf(browser.session ?? ''))
    .executeTakeFirstOrThrow()
  const status = await decidedWhileAsking(id, {
    ask: () => browser.post('/api/auth/sessions/revoke-others'),
    decide: (trx) => revokeFamilies(trx, { userId: id, only }),
  })
  expect(status).toBe(401)
  expect((await owner.get('/api/auth/me')).status).toBe(200)
})

test('a password is not changed by a session that was ended while the hash was made', async () => {
  const input = { currentPassword: PASSWORD, password: 'copper-meadow-violin-58' }
  const { email, browser, ...told } = await endedWhileAsking('/api/auth/change-password', input)
  expect(told).toMatchObject({ status: 401, live: 0 })
  browser.jar.clear()
  expect((await browser.post('/api/auth/login', { email, password: PASSWORD })).status).toBe(200)
})

/** Something is decided about a person while their request is under way, and committed first. */
async function decidedWhileAsking(
  id: string,
  { ask, decide }: { ask: () => Promise<Answer>; decide: (trx: Trx) => Promise<unknown> },
): Promise<number> {
  const { asked } = await ownerDb.transaction().execute(async (trx) => {
    await lockOwner(trx, id)
    const asked = ask()
    await somebodyWaits()
    await decide(trx)
    return { asked }
  })
  return (await asked).status
}

test('nobody is signed in who was suspended while the password was judged', async () => {
  const { id, email } = await aSignedInUser(host)
  const status = await decidedWhileAsking(id, {
    ask: () => new Browser(host.url).post('/api/auth/login', { email, password: PASSWORD }),
    decide: (trx) => trx.updateTable('users').set({ status: 'suspended' }).where('id', '=', id).execute(),
  })
  expect(status).toBe(401)
})

test('a password that was changed meanwhile is not changed again by who knew the old one', async () => {
  const { id, browser } = await aSignedInUser(host)
  const input = { currentPassword: PASSWORD, password: 'copper-meadow-violin-58' }
  const passwordHash = await host.deps.passwords.hash('violet-harbour-mango-42')
  const status = await decidedWhileAsking(id, {
    ask: () => browser.post('/api/auth/change-password', input),
    decide: (trx) => trx.updateTable('users').set({ passwordHash }).where('id', '=', id).execute(),
  })
  expect(status).toBe(422)
})

test('a session is over when its time is, whoever asks for it', async () => {
  const { id, browser } = await aSignedInUser(host)
  const asked = { tokenHash: hashOf(browser.session ?? '') }
  expect(await findSession(db, asked)).toMatchObject({ id })
  await sql`update sessions set expires_at = clock_timestamp() where user_id = ${id}`.execute(ownerDb)
  expect(await findSession(db, asked)).toBeUndefined()
})

test('whoever ends a sign-in waits for the successor that is being made, and ends that too', async () => {
  const { id, browser } = await aSignedInUser(host)
  const session = await db
    .selectFrom('sessions')
    .select(['id', 'familyId'])
    .where('userId', '=', id)
    .executeTakeFirstOrThrow()
  const client = { ip: '127.0.0.1', userAgent: null }
  const { ending, token } = await ownerDb.transaction().execute(async (trx) => {
    const { token } = await rotateSession(trx, { userId: id, session }, client)
    const ending = db.transaction().execute((other) => revokeFamilies(other, { userId: id }))
    await Promise.race([ending, somebodyWaits()])
    return { ending, token }
  })
  expect(await ending).toEqual([session.familyId])
  browser.jar.set('latchkey_session', token)
  expect((await browser.get('/api/auth/me')).status).toBe(401)
})
