import { sql } from 'kysely'
import { afterAll, expect, test } from 'vitest'
import { isReachable } from '../src/open.ts'
import { openTestDb } from '../src/test-db.ts'
import { isUnavailable } from '../src/unavailable.ts'

const town = await openTestDb({ DATABASE_POOL_SIZE: '2', DATABASE_STATEMENT_TIMEOUT_MS: '300' })
afterAll(() => town.close())

test('B10: a query that hangs is cancelled by the server, and its connection works again', async () => {
  const failure = await sql`select pg_sleep(30)`.execute(town.db).catch((error: unknown) => error)
  expect(isUnavailable(failure)).toBe(true)
  expect(await isReachable(town.db)).toBe(true)
})

test('B10: after many failures no connection is lost', async () => {
  const failures = Array.from({ length: 50 }, () =>
    town.db
      .transaction()
      .execute(() => Promise.reject(new Error('act failed')))
      .catch(() => 'failed'),
  )
  expect(new Set(await Promise.all(failures))).toEqual(new Set(['failed']))
  const questions = Array.from({ length: 20 }, () => isReachable(town.db))
  expect(await Promise.all(questions)).not.toContain(false)
})

test('statements with values are prepared once a connection', async () => {
  await town.db.connection().execute(async (db) => {
    for (const name of ['USER', 'ADMIN', 'SUPPORT'] as const)
      await db.selectFrom('roles').select('name').where('name', '=', name).execute()
    const prepared = await sql<{ statement: string }>`select statement from pg_prepared_statements`.execute(
      db,
    )
    expect(prepared.rows.filter(({ statement }) => statement.includes('"roles"'))).toHaveLength(1)
  })
})
