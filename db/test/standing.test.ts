import { sql } from 'kysely'
import { afterAll, describe, expect, test } from 'vitest'
import type { Role } from '@latchkey/shared/roles'
import { makeBoss } from '../src/boss.ts'
import type { Trx } from '../src/database.ts'
import { openSecretBox } from '../src/secret-box.ts'
import { secondsFromNow } from '../src/sql.ts'
import {
  type Decision,
  type Desk,
  grantRole,
  restorePerson,
  revokeRole,
  suspendPerson,
} from '../src/standing.ts'
import { openTestDb } from '../src/test-db.ts'
import { insertPerson } from '../src/users.ts'
import { openLetter } from '../src/outbox.ts'

const town = await openTestDb()
const boss = makeBoss(town.env, { role: 'sends', url: town.env.DATABASE_URL, onError: () => {} })
afterAll(async () => {
  await boss.stop({ graceful: false })
  await town.close()
})
const desk: Desk = {
  box: openSecretBox(town.env),
  boss,
  ip: '127.0.0.1',
  userAgent: null,
  requestId: 'request-0001',
}
const inTrx = <T>(deed: (trx: Trx) => Promise<T>) => town.db.transaction().execute(deed)

let born = 0
async function aPerson(...roles: Role[]): Promise<string> {
  const email = `person-${(born += 1)}@example.com`
  const made = await inTrx((trx) => insertPerson(trx, { email, passwordHash: 'x', displayName: null, roles }))
  if (!made) throw new Error('taken')
  return made.id
}
/** Somebody who is there so that another one is not the last. */
const aSpareAdmin = () => aPerson('ADMIN')

const DEEDS: [string, Role[], (trx: Trx, decision: Decision) => Promise<boolean>][] = [
  ['admin.suspend', [], (trx, decision) => suspendPerson(trx, desk, decision)],
  ['admin.restore', [], (trx, decision) => restorePerson(trx, desk, decision)],
  ['admin.grant_role', [], (trx, decision) => grantRole(trx, desk, { ...decision, role: 'SUPPORT' })],
  [
    'admin.revoke_role',
    ['SUPPORT'],
    (trx, decision) => revokeRole(trx, desk, { ...decision, role: 'SUPPORT' }),
  ],
]
async function aPersonFor(action: string, roles: Role[]): Promise<string> {
  const targetId = await aPerson(...roles)
  if (action === 'admin.restore') await setStatus(targetId, 'suspended')
  return targetId
}
const setStatus = (userId: string, status: 'active' | 'suspended') =>
  town.db.updateTable('users').set({ status }).where('id', '=', userId).execute()

const aSession = (userId: string) =>
  town.db
    .insertInto('sessions')
    .values({
      tokenHash: Buffer.from(`${userId}-${(born += 1)}`),
      userId,
      idleSeconds: 60,
      expiresAt: secondsFromNow(60),
      absoluteExpiresAt: secondsFromNow(60),
    })
    .execute()
const aToken = (userId: string) =>
  town.db
    .insertInto('oneTimeTokens')
    .values({
      userId,
      type: 'reset_password',
      tokenHash: Buffer.from(`t${(born += 1)}`),
      expiresAt: secondsFromNow(60),
    })
    .execute()

const liveSessions = async (userId: string) =>
  (
    await town.db
      .selectFrom('sessions')
      .select('id')
      .where('userId', '=', userId)
      .where('revokedAt', 'is', null)
      .execute()
  ).length
const openTokens = async (userId: string) =>
  (
    await town.db
      .selectFrom('oneTimeTokens')
      .select('id')
      .where('userId', '=', userId)
      .where('consumedAt', 'is', null)
      .execute()
  ).length
const rolesOf = async (userId: string) =>
  (
    await town.db
      .selectFrom('userRoles')
      .select('role')
      .where('userId', '=', userId)
      .orderBy('role')
      .execute()
  ).map(({ role }) => role)
const statusOf = async (userId: string) =>
  (await town.db.selectFrom('users').select('status').where('id', '=', userId).executeTakeFirstOrThrow())
    .status
const eventsOf = (targetId: string) =>
  town.db
    .selectFrom('auditEvents')
    .select(['action', 'actorId', 'metadata'])
    .where('targetId', '=', targetId)
    .orderBy('id')
    .execute()
const lettersTo = async (userId: string) =>
  (await town.db.selectFrom('emailOutbox').select('letter').where('userId', '=', userId).execute()).map(
    ({ letter }) => letter,
  )

/** How a person stands, in all that a decision could change. */
const standingOf = async (userId: string) => ({
  status: await statusOf(userId),
  roles: await rolesOf(userId),
  sessions: await liveSessions(userId),
  tokens: await openTokens(userId),
  events: (await eventsOf(userId)).length,
  letters: (await lettersTo(userId)).length,
})

describe('what a decision does', () => {
  test('D11, C7: a suspension ends every session and every open link, and its owner hears of it', async () => {
    const [actorId, targetId] = [await aSpareAdmin(), await aPerson()]
    for (const make of [aSession, aSession, aToken]) await make(targetId)
    expect(await inTrx((trx) => suspendPerson(trx, desk, { actorId, targetId, reason: 'spam' }))).toBe(true)
    expect(await standingOf(targetId)).toEqual({
      status: 'suspended',
      roles: ['USER'],
      sessions: 0,
      tokens: 0,
      events: 1,
      letters: 1,
    })
    expect(await eventsOf(targetId)).toEqual([
      { action: 'admin.suspend', actorId, metadata: { reason: 'spam' } },
    ])
    expect(await lettersTo(targetId)).toEqual(['account-suspended'])
  })

  test('E10: who proved their address is called by their name in the letter; else somebody else may have chosen it', async () => {
    for (const isEmailVerified of [true, false]) {
      const targetId = await aPerson()
      const facts = { displayName: 'Ada', isEmailVerified }
      await town.db.updateTable('users').set(facts).where('id', '=', targetId).execute()
      await inTrx((trx) => suspendPerson(trx, desk, { actorId: null, targetId }))
      const row = await town.db
        .selectFrom('emailOutbox')
        .selectAll()
        .where('userId', '=', targetId)
        .executeTakeFirstOrThrow()
      expect(openLetter(desk.box, row)).toEqual({ name: isEmailVerified ? 'Ada' : null })
    }
  })

  test('D11: a suspension ends nothing of anybody else', async () => {
    const [targetId, neighbour] = [await aPerson(), await aPerson()]
    for (const make of [aSession, aToken]) await make(neighbour)
    const before = await standingOf(neighbour)
    await inTrx((trx) => suspendPerson(trx, desk, { actorId: null, targetId }))
    expect(await standingOf(neighbour)).toEqual(before)
  })

  test('a restored person may come in again, and what was ended stays ended', async () => {
    const targetId = await aPerson()
    await aSession(targetId)
    await inTrx((trx) => suspendPerson(trx, desk, { actorId: null, targetId }))
    expect(await inTrx((trx) => restorePerson(trx, desk, { actorId: null, targetId }))).toBe(true)
    expect(await statusOf(targetId)).toBe('active')
    expect(await liveSessions(targetId)).toBe(0)
    expect(await lettersTo(targetId)).toContain('account-restored')
  })

  test('D11, L1: a role that is granted or revoked ends every session of that person, and of nobody else', async () => {
    const [targetId, other] = [await aPerson(), await aPerson()]
    await aSession(other)
    for (const change of [grantRole, revokeRole]) {
      await aSession(targetId)
      await inTrx((trx) => change(trx, desk, { actorId: other, targetId, role: 'BILLING_ADMIN' }))
      expect(await liveSessions(targetId)).toBe(0)
    }
    expect(await liveSessions(other)).toBe(1)
    expect(await rolesOf(targetId)).toEqual(['USER'])
    expect(await eventsOf(targetId)).toEqual([
      { action: 'admin.grant_role', actorId: other, metadata: { role: 'BILLING_ADMIN' } },
      { action: 'admin.revoke_role', actorId: other, metadata: { role: 'BILLING_ADMIN' } },
    ])
  })
})

describe.each(DEEDS)('%s', (action, roles, deed) => {
  test('K1: is remembered exactly once, and said a second time it changes and writes nothing', async () => {
    const targetId = await aPersonFor(action, roles)
    const decision = { actorId: null, targetId }
    expect(await inTrx((trx) => deed(trx, decision))).toBe(true)
    const after = await standingOf(targetId)
    await aSession(targetId)
    expect(await inTrx((trx) => deed(trx, decision))).toBe(false)
    expect(await standingOf(targetId)).toEqual({ ...after, sessions: 1 })
    expect(await eventsOf(targetId)).toMatchObject([{ action }])
  })

  test('K1: said by two at once, it happens once', async () => {
    const targetId = await aPersonFor(action, roles)
    const both = [1, 2].map(() => inTrx((trx) => deed(trx, { actorId: null, targetId })))
    expect((await Promise.all(both)).sort()).toEqual([false, true])
    expect(await eventsOf(targetId)).toHaveLength(1)
  })

  test('K1: an act that fails afterwards leaves neither the change nor the event', async () => {
    const targetId = await aPersonFor(action, roles)
    await aSession(targetId)
    const before = await standingOf(targetId)
    const act = inTrx(async (trx) => {
      await deed(trx, { actorId: null, targetId })
      throw new Error('act failed')
    })
    await expect(act).rejects.toThrow('act failed')
    expect(await standingOf(targetId)).toEqual(before)
  })

  test('K8: what cannot be remembered is not done', async () => {
    const targetId = await aPersonFor(action, roles)
    await aSession(targetId)
    const before = await standingOf(targetId)
    await sql`revoke insert on audit_events from latchkey_app`.execute(town.ownerDb)
    try {
      const refused = inTrx((trx) => deed(trx, { actorId: null, targetId }))
      await expect(refused).rejects.toThrow('permission denied')
    } finally {
      await sql`grant insert on audit_events to latchkey_app`.execute(town.ownerDb)
    }
    expect(await standingOf(targetId)).toEqual(before)
  })

  test('nobody is refused', async () => {
    const nobody = { actorId: null, targetId: '00000000-0000-4000-8000-000000000000' }
    await expect(inTrx((trx) => deed(trx, nobody))).rejects.toMatchObject({ why: 'NOBODY' })
  })
})

describe('L1: there is always an administrator', () => {
  const WAYS: [string, (trx: Trx, targetId: string) => Promise<boolean>][] = [
    ['suspended', (trx, targetId) => suspendPerson(trx, desk, { actorId: null, targetId })],
    [
      'stripped of the role',
      (trx, targetId) => revokeRole(trx, desk, { actorId: null, targetId, role: 'ADMIN' }),
    ],
  ]
  /** A town in which only these are administrators. */
  async function onlyAdmins(count: number): Promise<string[]> {
    await town.db.deleteFrom('userRoles').where('role', '=', 'ADMIN').execute()
    return Promise.all(Array.from({ length: count }, aSpareAdmin))
  }
  const activeAdmins = () =>
    town.db
      .selectFrom('userRoles')
      .innerJoin('users', 'users.id', 'userId')
      .select('userId')
      .where('role', '=', 'ADMIN')
      .where('status', '=', 'active')
      .execute()

  test.each(WAYS)('the last one is not %s', async (_how, way) => {
    const [last = ''] = await onlyAdmins(1)
    await expect(inTrx((trx) => way(trx, last))).rejects.toMatchObject({ why: 'LAST_ADMIN' })
    expect(await activeAdmins()).toEqual([{ userId: last }])
    expect(await eventsOf(last)).toEqual([])
  })

  test('a suspended one does not count as another', async () => {
    const [last = '', asleep = ''] = await onlyAdmins(2)
    await setStatus(asleep, 'suspended')
    for (const [, way] of WAYS)
      await expect(inTrx((trx) => way(trx, last))).rejects.toMatchObject({ why: 'LAST_ADMIN' })
  })

  test('where there is none, anybody else can be suspended all the same', async () => {
    await onlyAdmins(0)
    const targetId = await aPerson()
    expect(await inTrx((trx) => suspendPerson(trx, desk, { actorId: null, targetId }))).toBe(true)
  })

  const PAIRS = WAYS.flatMap(([first, one]) =>
    WAYS.map(([second, two]) => [first, second, one, two] as const),
  )
  test.each(PAIRS)('of two, one %s and one %s at once, one remains', async (_first, _second, one, two) => {
    for (let round = 0; round < 5; round += 1) {
      const [ada = '', bea = ''] = await onlyAdmins(2)
      const both = [inTrx((trx) => one(trx, ada)), inTrx((trx) => two(trx, bea))]
      const outcomes = (await Promise.allSettled(both)).map(({ status }) => status)
      expect(outcomes.sort()).toEqual(['fulfilled', 'rejected'])
      expect(await activeAdmins()).toHaveLength(1)
    }
  })

  test('ten at once: one remains, and nobody waits for each other in a circle', async () => {
    const ten = await onlyAdmins(10)
    const all = ten.map((targetId, index) => inTrx((trx) => WAYS[index % 2]![1](trx, targetId)))
    const refused = (await Promise.allSettled(all)).filter((one) => one.status === 'rejected')
    expect(refused.map(({ reason }) => (reason as { why: string }).why)).toEqual(['LAST_ADMIN'])
    expect(await activeAdmins()).toHaveLength(1)
  })

  test('two who both wait go in one order, whichever they are about', async () => {
    const admins = (await onlyAdmins(16)).sort()
    const [low = '', high = ''] = [admins[0], admins.at(-1)]
    // Of sixteen there are some in either half, by which a wrong order could be told from the right one.
    expect([low < '8', high < '8']).toEqual([true, false])
    const holders = await Promise.all([low, high].map(hold))
    const both = [low, high].map((targetId) =>
      inTrx((trx) => suspendPerson(trx, desk, { actorId: null, targetId })),
    )
    // Whoever went from the other end would have the last by now, and wait for the first.
    await untilWaiting(2)
    for (const letGo of holders) {
      await letGo()
      await untilWaiting(1).catch(() => {})
    }
    expect(await Promise.all(both)).toEqual([true, true])
  })

  /** Somebody else has the row, until the answer is called. */
  async function hold(id: string): Promise<() => Promise<void>> {
    const held = Promise.withResolvers<void>()
    const over = Promise.withResolvers<void>()
    const done = inTrx(async (trx) => {
      await trx.selectFrom('users').select('id').where('id', '=', id).forUpdate().execute()
      held.resolve()
      await over.promise
    })
    await held.promise
    return async () => {
      over.resolve()
      await done
    }
  }

  async function untilWaiting(count: number): Promise<void> {
    const asked = sql<{ n: number }>`select count(*)::int as n from pg_locks where not granted`
    await expect
      .poll(async () => (await asked.execute(town.ownerDb)).rows[0]?.n)
      .toBeGreaterThanOrEqual(count)
  }

  test('the role that everybody has is not revoked, and not granted twice', async () => {
    const targetId = await aPerson()
    const user = { actorId: null, targetId, role: 'USER' } as const
    await expect(inTrx((trx) => revokeRole(trx, desk, user))).rejects.toMatchObject({
      why: 'EVERYBODYS_ROLE',
    })
    expect(await inTrx((trx) => grantRole(trx, desk, user))).toBe(false)
  })
})

test('K4: what was decided can be changed, deleted or emptied by neither the app nor the owner', async () => {
  const before = await town.db.selectFrom('auditEvents').selectAll().execute()
  for (const db of [town.db, town.ownerDb])
    for (const statement of [
      sql`update audit_events set action = 'x'`,
      sql`delete from audit_events`,
      sql`truncate audit_events`,
    ])
      await expect(statement.execute(db)).rejects.toMatchObject({ code: '42501' })
  expect(before.length).toBeGreaterThan(0)
  expect(await town.db.selectFrom('auditEvents').selectAll().execute()).toEqual(before)
})
