import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { afterAll, beforeEach, expect, test, vi } from 'vitest'
import { recordAudit } from '../src/audit.ts'
import { compiledWrite } from '../src/compiled.ts'
import { Exchange } from '../src/exchange.ts'
import { openDb } from '../src/open.ts'
import { openTestDb } from '../src/test-db.ts'

/** One connection, so that what it remembers is met again. */
const town = await openTestDb({ DATABASE_POOL_SIZE: '1' })
const owner = openDb(town.env, { url: town.env.MIGRATION_DATABASE_URL, as: 'test' })
const { db } = town
afterAll(async () => {
  await owner.destroy()
  await town.close()
})

const trips = vi.spyOn(Exchange.prototype, 'submit')
beforeEach(() => void trips.mockClear())

const origin = { ip: null, userAgent: null, requestId: 'request-0001' }
const aNote = (targetId: string) => ({ action: 'user.logout', actorId: null, targetId }) as const
const notesOf = async (targetId: string) =>
  (await owner.selectFrom('auditEvents').select('id').where('targetId', '=', targetId).execute()).length
const roleNamed = (name: string) => sql<{ name: string }>`select name from roles where name = ${name}`

const breakARule = compiledWrite((db, { email }: { email: string }) =>
  db.insertInto('users').values({ email, passwordHash: 'x', displayName: 'Ada' }),
)

test('what nobody reads waits for what somebody does, and the last of it goes out with the commit', async () => {
  const id = randomUUID()
  await db.transaction().execute(async (trx) => {
    await recordAudit(trx, origin, aNote(id))
    await recordAudit(trx, origin, aNote(id))
    expect(trips).toHaveBeenCalledTimes(0)
    await roleNamed('USER').execute(trx)
    expect(trips).toHaveBeenCalledTimes(1)
    await recordAudit(trx, origin, aNote(id))
  })
  expect(trips).toHaveBeenCalledTimes(2)
  expect(await notesOf(id)).toBe(3)
})

test('outside a transaction it is done when it says so', async () => {
  const id = randomUUID()
  await recordAudit(db, origin, aNote(id))
  expect(await notesOf(id)).toBe(1)
})

test('one that fails takes everything with it, and the commit says so', async () => {
  const id = randomUUID()
  const act = db.transaction().execute(async (trx) => {
    await recordAudit(trx, origin, aNote(id))
    await breakARule(trx, { email: 'NOT@LOWER.CASE' })
    await recordAudit(trx, origin, aNote(id))
  })
  await expect(act).rejects.toMatchObject({ code: '23514' })
  expect(await notesOf(id)).toBe(0)
  expect((await roleNamed('USER').execute(db)).rows).toEqual([{ name: 'USER' }])
})

test('one that fails is told by the next that is read, which is not done either', async () => {
  const id = randomUUID()
  const act = db.transaction().execute(async (trx) => {
    await breakARule(trx, { email: 'NOT@LOWER.CASE' })
    await sql`insert into audit_events (action, target_id, request_id) values (${'user.logout'}, ${id}, ${'r'}) returning id`.execute(
      trx,
    )
  })
  await expect(act).rejects.toMatchObject({ code: '23514' })
  expect(await notesOf(id)).toBe(0)
})

test('an act that throws leaves nothing, whatever it had said before', async () => {
  const id = randomUUID()
  const act = db.transaction().execute(async (trx) => {
    await recordAudit(trx, origin, aNote(id))
    throw new Error('changed my mind')
  })
  await expect(act).rejects.toThrow('changed my mind')
  expect(trips).toHaveBeenCalledTimes(0)
  expect(await notesOf(id)).toBe(0)
})

test('a transaction in which nothing was said costs nothing', async () => {
  expect(await db.transaction().execute(async () => 'done')).toBe('done')
  expect(trips).toHaveBeenCalledTimes(0)
})

test('a statement without values in the middle finds what was said before it', async () => {
  const id = randomUUID()
  await db.transaction().execute(async (trx) => {
    await recordAudit(trx, origin, aNote(id))
    const { rows } = await sql<{
      inside: boolean
    }>`select pg_current_xact_id_if_assigned() is not null as inside`.execute(trx)
    expect(rows).toEqual([{ inside: true }])
  })
  expect(await notesOf(id)).toBe(1)
})

test('the second answer is read as the first was: types, nulls, lists, and how many rows were met', async () => {
  const ask = () =>
    sql<
      Record<string, unknown>
    >`select ${'2026-11-21T00:00:00Z'}::timestamptz as at, ${null}::text as nothing,
      ${['a', 'b']}::text[] as list, ${7}::int as number, ${true}::bool as yes, ${Buffer.from('x')}::bytea as bytes`.execute(
      db,
    )
  const first = await ask()
  expect(first.rows).toEqual([
    {
      at: new Date('2026-11-21'),
      nothing: null,
      list: ['a', 'b'],
      number: 7,
      yes: true,
      bytes: Buffer.from('x'),
    },
  ])
  expect((await ask()).rows).toEqual(first.rows)
  const touched = () =>
    db.updateTable('rateLimits').set({ points: 1 }).where('key', '=', 'nobody').executeTakeFirst()
  for (const _ of [1, 2]) expect((await touched()).numUpdatedRows).toBe(0n)
})

test('a statement that failed is prepared again, and works when it can', async () => {
  const divide = async (by: number) =>
    (await sql<{ of: number }>`select 10 / ${by}::int as of`.execute(db)).rows
  expect(await divide(5)).toEqual([{ of: 2 }])
  await expect(divide(0)).rejects.toMatchObject({ code: '22012' })
  expect(await divide(2)).toEqual([{ of: 5 }])
  await expect(sql`select ${1} from nowhere`.execute(db)).rejects.toMatchObject({ code: '42P01' })
  expect(await divide(10)).toEqual([{ of: 1 }])
})

test('a table that changes under a prepared statement fails it once', async () => {
  await sql`create table shape (id int, what int)`.execute(owner)
  await sql`insert into shape values (1, 2)`.execute(owner)
  await sql`grant select on shape to public`.execute(owner)
  const look = async () => (await sql`select * from shape where id = ${1}`.execute(db)).rows
  expect(await look()).toEqual([{ id: 1, what: 2 }])
  await sql`alter table shape alter column what type text`.execute(owner)
  await expect(look()).rejects.toMatchObject({ code: '0A000' })
  expect(await look()).toEqual([{ id: 1, what: '2' }])
})

test('a row that cannot be read fails the question, not the connection', async () => {
  const value = {
    toPostgres: () => {
      throw new Error('no value')
    },
  }
  await expect(sql`select ${value}::text`.execute(db)).rejects.toThrow('no value')
  expect((await roleNamed('USER').execute(db)).rows).toHaveLength(1)
})
