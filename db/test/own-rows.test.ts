import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { recordAudit } from '../src/audit.ts'
import type { Db } from '../src/database.ts'
import { Exchange } from '../src/exchange.ts'
import { openDb } from '../src/open.ts'
import { lookAtEverybody, ownRowsOf } from '../src/own-rows.ts'
import { openTestDb } from '../src/test-db.ts'
import { insertPerson } from '../src/users.ts'

/** One connection, so that what it was told is met again. */
const town = await openTestDb({ DATABASE_POOL_SIZE: '1' })
const jobs = openDb(town.env, { url: town.env.JOBS_DATABASE_URL, as: 'test' })
const { db, ownerDb } = town
afterAll(() => Promise.all([town.close(), jobs.destroy()]))

const OWNED = {
  users: 'id',
  profiles: 'user_id',
  user_roles: 'user_id',
  sessions: 'user_id',
  known_devices: 'user_id',
  one_time_tokens: 'user_id',
  email_outbox: 'user_id',
  audit_events: 'actor_id',
}
const TABLES = Object.entries(OWNED)
/** The rest the role may not write, whoever's it is. */
const WRITABLE = TABLES.filter(([table]) => table !== 'email_outbox' && table !== 'audit_events')

let ada: string
let bob: string
beforeAll(async () => {
  ada = await aPerson('ada')
  bob = await aPerson('bob')
})

/** With a row in every table there is. */
async function aPerson(name: string): Promise<string> {
  const id = await ownerDb.transaction().execute(async (trx) => {
    const made = await insertPerson(trx, {
      email: `${name}@example.com`,
      passwordHash: 'x',
      displayName: name,
    })
    return made?.id ?? ''
  })
  const hash = Buffer.from(name.padEnd(32))
  const later = sql<Date>`now() + interval '1 hour'`
  await ownerDb
    .insertInto('sessions')
    .values({ tokenHash: hash, userId: id, idleSeconds: 60, expiresAt: later, absoluteExpiresAt: later })
    .execute()
  await ownerDb.insertInto('knownDevices').values({ userId: id, deviceHash: hash, look: hash }).execute()
  await ownerDb
    .insertInto('oneTimeTokens')
    .values({ userId: id, type: 'verify_email', tokenHash: hash, expiresAt: later })
    .execute()
  await ownerDb
    .insertInto('emailOutbox')
    .values({ userId: id, toAddress: `${name}@example.com`, letter: 'new-device', requestId: 'a-test' })
    .execute()
  await recordAudit(ownerDb, origin, { action: 'user.logout', actorId: id, targetId: id })
  return id
}
const origin = { ip: null, userAgent: null, requestId: 'request-0001' }

/** Without a where, and without a value: what the driver would say in the simple way. */
const ownersIn = async (there: Db, table: string, column: string): Promise<(string | null)[]> => {
  const { rows } = await sql<{ owner: string | null }>`
    select ${sql.ref(column)} as owner from ${sql.table(table)}`.execute(there)
  return [...new Set(rows.map(({ owner }) => owner))]
}

test('N6: every table that says whose its rows are has the wall', async () => {
  const { rows } = await sql<{ table: string; walled: boolean }>`
    select distinct c.relname as "table", c.relrowsecurity as walled
      from pg_attribute a join pg_class c on c.oid = a.attrelid
     where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
       and (a.attname in ('user_id', 'actor_id', 'target_id') or c.relname = 'users' or exists (
         select from pg_constraint where conrelid = c.oid and confrelid = 'users'::regclass))`.execute(
    ownerDb,
  )
  expect(rows.filter(({ walled }) => !walled)).toEqual([])
  expect(rows.map(({ table }) => table).sort()).toEqual(Object.keys(OWNED).sort())
})

describe('N6: a statement that forgets its where', () => {
  test.each(TABLES)('reads of %s what is their own', async (table, column) => {
    expect(await ownersIn(ownRowsOf(db, ada), table, column)).toEqual([ada])
    const both = await ownersIn(db, table, column)
    expect(both).toEqual(expect.arrayContaining([ada, bob]))
  })

  test.each(TABLES)('in a transaction reads of %s what is their own', async (table, column) => {
    const seen = ownRowsOf(db, bob)
      .transaction()
      .execute((trx) => ownersIn(trx, table, column))
    expect(await seen).toEqual([bob])
  })

  test.each(WRITABLE)('changes and deletes of %s what is their own', async (table, column) => {
    const before = await everythingOf(bob)
    const changed = ownRowsOf(db, ada)
      .transaction()
      .execute(async (trx) => {
        const update = sql`update ${sql.table(table)} set ${sql.ref(column)} = ${sql.ref(column)}`
        const { numAffectedRows } = await update.execute(trx)
        await sql`delete from ${sql.table(table)}`.execute(trx)
        const left = await ownersIn(trx, table, column)
        throw Object.assign(new Error('taken back'), { told: [numAffectedRows, left] })
      })
    await expect(changed).rejects.toMatchObject({ told: [1n, []] })
    expect(await everythingOf(bob)).toEqual(before)
  })

  const everythingOf = (id: string) =>
    Promise.all(
      TABLES.map(async ([table, column]) => {
        const mine = sql`select * from ${sql.table(table)} where ${sql.ref(column)} = ${id}`
        return (await mine.execute(ownerDb)).rows
      }),
    )
})

describe('N6: nothing is written for somebody else', () => {
  const refused = { code: '42501' }
  const asAda = () => ownRowsOf(db, ada)

  test('no row of theirs', async () => {
    const values = { userId: bob, deviceHash: Buffer.alloc(32, 1), look: Buffer.alloc(32) }
    await expect(asAda().insertInto('knownDevices').values(values).execute()).rejects.toMatchObject(refused)
    await expect(asAda().updateTable('knownDevices').set({ userId: bob }).execute()).rejects.toMatchObject(
      refused,
    )
  })

  test('and nothing in their name', async () => {
    const note = { action: 'user.logout', targetId: ada } as const
    await expect(recordAudit(asAda(), origin, { ...note, actorId: bob })).rejects.toMatchObject(refused)
    await recordAudit(asAda(), origin, { ...note, actorId: ada })
    await recordAudit(asAda(), origin, { ...note, actorId: null })
  })
})

describe('whose rows there are', () => {
  test('is forgotten with the act and with the statement', async () => {
    await ownersIn(ownRowsOf(db, ada), 'users', 'id')
    expect(await ownersIn(db, 'users', 'id')).toHaveLength(2)
    await ownRowsOf(db, ada)
      .transaction()
      .execute((trx) => ownersIn(trx, 'users', 'id'))
    expect(await ownersIn(db, 'users', 'id')).toHaveLength(2)
    expect(await ownersIn(ownRowsOf(db, bob), 'users', 'id')).toEqual([bob])
    const failing = ownRowsOf(db, ada)
      .transaction()
      .execute((trx) => sql`select 1 / ${0}::int`.execute(trx))
    await expect(failing).rejects.toThrow()
    expect(await ownersIn(db, 'users', 'id')).toHaveLength(2)
  })

  test('costs no trip of its own', async () => {
    const trips = vi.spyOn(Exchange.prototype, 'submit')
    await ownersIn(ownRowsOf(db, ada), 'users', 'id')
    expect(trips).toHaveBeenCalledTimes(1)
    await ownRowsOf(db, ada)
      .transaction()
      .execute((trx) => recordAudit(trx, origin, { action: 'user.logout', actorId: ada }))
    expect(trips).toHaveBeenCalledTimes(2)
    await ownRowsOf(db, ada)
      .transaction()
      .execute(() => Promise.resolve())
    expect(trips).toHaveBeenCalledTimes(2)
    trips.mockRestore()
  })

  test.each([
    ['serializable', { isolation: 'serializable' }],
    ['read only', { access: 'read only' }],
  ] as const)('is so in a transaction that is %s as well', async (_what, { isolation, access }: How) => {
    const begun = ownRowsOf(db, ada).transaction()
    const isolated = isolation ? begun.setIsolationLevel(isolation) : begun
    const act = access ? isolated.setAccessMode(access) : isolated
    const seen = act.execute(async (trx) => {
      const before = await ownersIn(trx, 'users', 'id')
      await lookAtEverybody(trx)
      return [before, (await ownersIn(trx, 'users', 'id')).length]
    })
    expect(await seen).toEqual([[ada], 2])
  })
  type How = { isolation?: 'serializable'; access?: 'read only' }

  test('is everybody again for an act that says so, from there on', async () => {
    const seen = await ownRowsOf(db, ada)
      .transaction()
      .execute(async (trx) => {
        const before = await ownersIn(trx, 'users', 'id')
        await lookAtEverybody(trx)
        return [before.length, (await ownersIn(trx, 'users', 'id')).length]
      })
    expect(seen).toEqual([1, 2])
  })

  test('is everybody to the worker, and nobody to an id that nobody has', async () => {
    expect(await ownersIn(jobs, 'email_outbox', 'user_id')).toHaveLength(2)
    expect(await ownersIn(ownRowsOf(db, randomUUID()), 'users', 'id')).toEqual([])
    await expect(ownersIn(ownRowsOf(db, "' or true --"), 'users', 'id')).rejects.toThrow(/uuid/)
  })
})

test('a database that was opened elsewhere has no owners', () => {
  expect(() => ownRowsOf(ownRowsOf(db, ada), bob)).toThrow('not a database that was opened here')
})
