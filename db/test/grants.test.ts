import { type RawBuilder, sql } from 'kysely'
import pg from 'pg'
import { afterAll, describe, expect, test } from 'vitest'
import { recordAudit } from '../src/audit.ts'
import { openDb } from '../src/open.ts'
import { openTestDb } from '../src/test-db.ts'
import { isUnavailable } from '../src/unavailable.ts'

const town = await openTestDb()
const jobs = openDb(town.env, { url: town.env.JOBS_DATABASE_URL, as: 'test' })
const readonly = openDb(town.env, {
  url: town.env.READONLY_DATABASE_URL ?? town.env.DATABASE_URL,
  as: 'test',
})
afterAll(() => Promise.all([town.close(), jobs.destroy(), readonly.destroy()]))

const DENIED = /permission denied|must be owner/
const origin = { ip: '127.0.0.1', userAgent: null, requestId: 'test-request' }

describe('decision 31: each role may do its own work and no more', () => {
  const refused: [string, typeof jobs, RawBuilder<unknown>][] = [
    ['app may not make a table', town.db, sql`create table mine (id int)`],
    ['app may not alter one', town.db, sql`alter table users add column x int`],
    ['app may not change audit', town.db, sql`update audit_events set action = 'x'`],
    ['app may not delete audit', town.db, sql`delete from audit_events`],
    ['app may not empty audit', town.db, sql`truncate audit_events`],
    ['app may not change a mail', town.db, sql`update email_outbox set to_address = 'x'`],
    ['app may not make a role', town.db, sql`insert into roles values ('X')`],
    ['jobs may not change a user', jobs, sql`update users set email = 'x'`],
    ['jobs may not change audit', jobs, sql`update audit_events set action = 'x'`],
    ['readonly may not write', readonly, sql`insert into roles values ('X')`],
    ['readonly may not see the queue', readonly, sql`select * from pgboss.job`],
  ]
  test.each(refused)('%s', async (_what, db, statement) => {
    await expect(statement.execute(db)).rejects.toThrow(DENIED)
  })
})

test('decision 28: not even the owner changes, deletes or empties audit', async () => {
  await recordAudit(town.db, origin, { action: 'user.logout', actorId: null })
  for (const statement of [
    sql`update audit_events set action = 'x'`,
    sql`delete from audit_events`,
    sql`truncate audit_events`,
  ])
    await expect(statement.execute(town.ownerDb)).rejects.toThrow('append-only')
  expect(await readonly.selectFrom('auditEvents').select('action').execute()).toEqual([
    { action: 'user.logout' },
  ])
})

test('M3: a fact that the event does not list is not stored', async () => {
  const sneaky = { sessionFamily: 'f', password: 'hunter2' }
  await recordAudit(town.db, origin, { action: 'user.login', actorId: null, metadata: sneaky })
  const row = await town.db
    .selectFrom('auditEvents')
    .select('metadata')
    .where('action', '=', 'user.login')
    .executeTakeFirst()
  expect(row?.metadata).toEqual({ sessionFamily: 'f' })
})

describe('N5: a role has its patience from the database, also where nobody sets it', () => {
  const asApp = async <T>(ask: (client: pg.Client) => Promise<T>): Promise<T> => {
    const client = new pg.Client({ connectionString: town.env.DATABASE_URL.reveal() })
    await client.connect()
    try {
      return await ask(client)
    } finally {
      await client.end()
    }
  }

  test('statements, idle transactions and waiting for a lock', async () => {
    const rows = await asApp(async (client) => {
      const asked = ['statement_timeout', 'idle_in_transaction_session_timeout', 'lock_timeout']
      return Promise.all(asked.map(async (name) => (await client.query(`show ${name}`)).rows[0] as object))
    })
    expect(Object.assign({}, ...rows)).toEqual({
      statement_timeout: '5s',
      idle_in_transaction_session_timeout: '10s',
      lock_timeout: '2s',
    })
  })

  test('a lock that somebody keeps is answered 503, not waited for', async () => {
    const failure = await town.ownerDb.transaction().execute(async (trx) => {
      await sql`lock table roles in access exclusive mode`.execute(trx)
      return asApp((client) => client.query('select * from roles')).catch((error: unknown) => error)
    })
    expect(failure).toMatchObject({ code: '55P03' })
    expect(isUnavailable(failure)).toBe(true)
  })
})
