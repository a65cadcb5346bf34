import { afterAll, describe, expect, test } from 'vitest'
import type { Role } from '@latchkey/shared/roles'
import { SYNTHETIC_DOMAIN } from '@latchkey/shared/synthetic'
import { openTestDb } from '../src/test-db.ts'
import { insertPerson } from '../src/users.ts'
import { asTyped } from './as-typed.ts'

const town = await openTestDb()
afterAll(() => town.close())

const made = (await town.db
  .transaction()
  .execute((trx) => insertPerson(trx, { email: 'ada@example.com', passwordHash: 'x', displayName: 'Ada' })))!

const person = (...words: string[]) => asTyped(town.env, 'person.ts', words)
const events = () =>
  town.db
    .selectFrom('auditEvents')
    .select(['action', 'actorId', 'targetId', 'metadata'])
    .orderBy('id')
    .execute()

test('L1, K1: an operator makes an administrator; a second time changes nothing', async () => {
  expect(await person('grant', 'Ada@Example.com', 'ADMIN', '--reason', 'first one')).toEqual({
    code: 0,
    out: 'ada@example.com is ADMIN now, and has to sign in again',
    err: '',
  })
  expect(await person('grant', 'ada@example.com', 'ADMIN')).toMatchObject({
    code: 0,
    out: 'ada@example.com was ADMIN already; nothing changed',
  })
  expect(await events()).toEqual([
    {
      action: 'admin.grant_role',
      actorId: null,
      targetId: made.id,
      metadata: { role: 'ADMIN', reason: 'first one' },
    },
  ])
})

test('L1: what is refused is said in words, ends with 1 and changes nothing', async () => {
  for (const words of [
    ['suspend', 'ada@example.com'],
    ['revoke', 'ada@example.com', 'ADMIN'],
  ])
    expect(await person(...words)).toEqual({
      code: 1,
      out: '',
      err: 'person: this is the last active ADMIN; make another one first',
    })
  expect(await person('restore', 'eve@example.com')).toMatchObject({
    code: 1,
    err: 'person: there is no such person',
  })
  expect(await events()).toHaveLength(1)
})

test.each(
  [
    [],
    ['suspend'],
    ['banish', 'ada@example.com'],
    ['constructor', 'ada@example.com'],
    ['grant', 'ada@example.com'],
    ['grant', 'ada@example.com', 'KING'],
    ['suspend', 'ada@example.com', 'ADMIN'],
    ['suspend', 'ada@example.com', '--force'],
  ].map((words) => ({ words, said: words.join(' ') })),
)('what is not an order shows how to write one, and ends with 2: $said', async ({ words }) => {
  const { code, err } = await person(...words)
  expect(code).toBe(2)
  expect(err).toMatch(/^usage: npm run person -- suspend EMAIL/)
})

describe('beyond 2: somebody whom a check has made is taken away again', () => {
  const guest = async (email: string, roles: Role[] = []) =>
    (await town.db
      .transaction()
      .execute((trx) => insertPerson(trx, { email, passwordHash: 'x', displayName: null, roles })))!

  test('with all that hangs on them; the audit remembers it', async () => {
    const email = `verify-1@${SYNTHETIC_DOMAIN}`
    const { id } = await guest(email)
    expect(await person('remove', email, '--reason', 'verify')).toEqual({
      code: 0,
      out: `${email} is removed, with all that hung on it`,
      err: '',
    })
    for (const table of ['users', 'profiles', 'userRoles'] as const)
      expect(
        await town.db
          .selectFrom(table)
          .selectAll()
          .where(table === 'users' ? 'id' : 'userId', '=', id)
          .execute(),
      ).toEqual([])
    expect(await events()).toContainEqual({
      action: 'admin.remove_synthetic',
      actorId: null,
      targetId: id,
      metadata: { reason: 'verify' },
    })
    expect(await person('remove', email)).toMatchObject({ code: 1, err: 'person: there is no such person' })
  })

  test.each([
    ['anybody else', 'uma@example.com', []],
    ['whoever has a look-alike address', `uma@${SYNTHETIC_DOMAIN}.example.com`, []],
    ['and of a neighbour', `uma@not${SYNTHETIC_DOMAIN}`, []],
    ['somebody with a role', `verify-2@${SYNTHETIC_DOMAIN}`, ['SUPPORT']],
  ] as [string, string, Role[]][])('never %s', async (_who, email, roles) => {
    const { id } = await guest(email, roles)
    const before = await events()
    expect(await person('remove', email)).toEqual({
      code: 1,
      out: '',
      err: `person: only those whom a check has made can be removed: at ${SYNTHETIC_DOMAIN}, without a role`,
    })
    expect(await town.db.selectFrom('users').select('id').where('id', '=', id).execute()).toHaveLength(1)
    expect(await events()).toEqual(before)
  })
})
