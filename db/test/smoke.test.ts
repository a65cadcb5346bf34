import { afterAll, expect, test } from 'vitest'
import { openTestDb } from '../src/test-db.ts'
import { insertPerson } from '../src/users.ts'

const town = await openTestDb()
afterAll(() => town.close())

const person = { email: 'ada@example.com', passwordHash: 'x', displayName: 'Ada' }

test('B18: the tables of a person can be reached', async () => {
  for (const table of ['users', 'profiles', 'userRoles', 'sessions'] as const)
    expect(await town.db.selectFrom(table).selectAll().execute()).toEqual([])
})

test('C4: a person is born with a profile and the role that everybody has', async () => {
  const made = await town.db.transaction().execute((trx) => insertPerson(trx, person))
  const profile = await town.db.selectFrom('profiles').select('userId').executeTakeFirst()
  const roles = await town.db.selectFrom('userRoles').select(['userId', 'role']).execute()
  expect(profile).toEqual({ userId: made?.id })
  expect(roles).toEqual([{ userId: made?.id, role: 'USER' }])
})

test('C1: an address belongs to one person, in small letters only', async () => {
  expect(await town.db.transaction().execute((trx) => insertPerson(trx, person))).toBeUndefined()
  const shouted = town.db
    .transaction()
    .execute((trx) => insertPerson(trx, { ...person, email: 'Ada@example.com' }))
  await expect(shouted).rejects.toThrow('users_email_lower')
})

test('B13: what hangs on a person goes with them', async () => {
  await town.db.deleteFrom('users').where('email', '=', person.email).execute()
  expect(await town.db.selectFrom('profiles').selectAll().execute()).toEqual([])
  expect(await town.db.selectFrom('userRoles').selectAll().execute()).toEqual([])
})
