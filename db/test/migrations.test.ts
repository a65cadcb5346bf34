import { sql } from 'kysely'
import { afterAll, expect, test } from 'vitest'
import { roleOf } from '../src/grants.ts'
import { isReady, migrateDown, migrateUp, migrationStatus, rangeOf } from '../src/migrator.ts'
import { openDb } from '../src/open.ts'
import { openTestDb } from '../src/test-db.ts'
import { readSchema } from '../src/live-schema.ts'

const town = await openTestDb()
afterAll(() => town.close())

test('B12: up, down one at a time to nothing, and up again is the same schema', async () => {
  const before = await readSchema(town.ownerDb)
  const steps = await migrationStatus(town.ownerDb)
  expect(steps.every(({ at }) => at !== undefined)).toBe(true)

  for (const { name } of steps.toReversed()) expect(await migrateDown(town.ownerDb)).toEqual([name])
  expect((await migrationStatus(town.ownerDb)).every(({ at }) => at === undefined)).toBe(true)
  expect((await readSchema(town.ownerDb)).tables).toEqual({})

  expect(await migrateUp(town.env, town.ownerDb)).toEqual(steps.map(({ name }) => name))
  expect(await readSchema(town.ownerDb)).toEqual(before)
})

test('B12: up twice changes nothing', async () => {
  expect(await migrateUp(town.env, town.ownerDb)).toEqual([])
})

test('idea 3: what a build brings, what is there, and the oldest build that can live with it', async () => {
  const range = await rangeOf(town.ownerDb)
  expect(range).toEqual({
    head: range.live,
    live: expect.stringMatching(/^\d{4}_/) as string,
    oldest: '0001_people',
  })
})

test('decision 32: a process that waits is told to begin when the tables are there and its role may use them', async () => {
  const roles = [town.env.DATABASE_URL, town.env.JOBS_DATABASE_URL]
  const all = roles.map((url) => openDb(town.env, { url, as: 'test' }))
  const ready = () => Promise.all(all.map((db) => isReady(db).catch(() => false)))
  expect(await ready()).toEqual([true, true])

  await migrateDown(town.ownerDb)
  expect(await ready()).toEqual([false, false])
  await migrateUp(town.env, town.ownerDb)
  await sql`revoke select on users from ${sql.id(roleOf(town.env.DATABASE_URL))}`.execute(town.ownerDb)
  expect(await ready()).toEqual([false, true])
  await migrateUp(town.env, town.ownerDb)
  expect(await ready()).toEqual([true, true])
  await Promise.all(all.map((db) => db.destroy()))
})
