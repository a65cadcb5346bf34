import { readFile } from 'node:fs/promises'
import { sql } from 'kysely'
import { afterAll, expect, test } from 'vitest'
import { Secret } from '@latchkey/shared/secret'
import { readSchema, type Schema } from '../src/live-schema.ts'
import { driftBetween } from '../src/schema-drift.ts'
import { openTestDb } from '../src/test-db.ts'
import { unwalledRole } from '../src/unwalled.ts'

const town = await openTestDb()
afterAll(() => town.close())
const expected = JSON.parse(
  await readFile(new URL('../expected-schema.json', import.meta.url), 'utf8'),
) as Schema

test('B15: the migrations make the expected schema (else: npm run schema:check -- --write)', async () => {
  expect(driftBetween(expected, await readSchema(town.ownerDb))).toEqual([])
})

test('N6: a server whose role no policy holds is noticed; one role for everything is a choice', async () => {
  const as = (url: Secret) => ({ ...town.env, DATABASE_URL: url })
  const superuser = new Secret(process.env['TEST_POSTGRES_URL'] ?? '')
  expect(await unwalledRole(town.env, town.ownerDb)).toEqual([])
  expect(await unwalledRole(as(town.env.MIGRATION_DATABASE_URL), town.ownerDb)).toEqual([])
  expect(await unwalledRole(as(superuser), town.ownerDb)).toEqual([
    expect.stringMatching(/^role \w+: walks around/),
  ])
})

test('B15, decision 28: a missing trigger, a loosened column, a lost index and a stray table are each noticed, and a wall that is down', async () => {
  await sql`drop trigger audit_events_append_only on audit_events`.execute(town.ownerDb)
  await sql`alter table users alter column email drop not null`.execute(town.ownerDb)
  await sql`drop index sessions_user_id_idx`.execute(town.ownerDb)
  await sql`create table stray (id int)`.execute(town.ownerDb)
  await sql`drop policy own_rows on profiles`.execute(town.ownerDb)
  await sql`alter table sessions disable row level security`.execute(town.ownerDb)
  const drift = driftBetween(expected, await readSchema(town.ownerDb))
  expect(drift).toHaveLength(7)
  expect(drift.join('\n')).toMatch(/audit_events: trigger is missing/)
  expect(drift.join('\n')).toMatch(/users\.email: expected text not null, found text/)
  expect(drift.join('\n')).toMatch(/sessions: index is missing/)
  expect(drift.join('\n')).toMatch(/table stray is not expected/)
  expect(drift.join('\n')).toMatch(/profiles: policy is missing/)
  expect(drift.join('\n')).toMatch(/sessions: policy is not expected: OFF own_rows/)
})
