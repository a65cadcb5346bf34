import { afterAll, expect, test } from 'vitest'
import { migrateDown, migrateUp, migrationStatus, rangeOf } from '../src/migrator.ts'
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
