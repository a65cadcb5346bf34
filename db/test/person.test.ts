import { afterAll, expect, test } from 'vitest'
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
