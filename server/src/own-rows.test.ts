import { type KyselyPlugin, OperationNodeTransformer, sql } from 'kysely'
import { afterAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { aSignedInUser, PASSWORD } from './test/actors.ts'
import { openTestHost } from './test/host.ts'
import { listEventsOf } from './audit/audit.queries.ts'
import { listFamilies } from './sessions/sessions.queries.ts'
import { proceduresOf } from './procedures.ts'
import { appRouter } from './router.ts'
import { confirmChangeEmail } from './auth/confirm-change-email.ts'
import { mintToken } from './auth/tokens.ts'
import type { Ctx, SignedIn } from './context.ts'
import { anyone, router, signedIn, sudo, withRole } from './trpc.ts'

/** Takes every `where` out of what is asked of Postgres. */
const forgetful = vi.hoisted(() => ({ plugin: {} as KyselyPlugin }))
class WithoutWhere extends OperationNodeTransformer {
  protected override transformNodeImpl<T extends { kind: string }>(node: T): T {
    const { where: _forgotten, ...rest } = node as T & { where?: unknown }
    return super.transformNodeImpl(rest as never)
  }
}
const transformer = new WithoutWhere()
forgetful.plugin = {
  transformQuery: ({ node, queryId }) => transformer.transformNode(node, queryId),
  transformResult: ({ result }) => Promise.resolve(result),
}

/**
 * Whatever an act of somebody who is signed in asks for, it forgets to say whose; but for what is compiled once a process
 * (`compiledOnce`), which whoever asked first has settled: here the sign-in did.
 */
vi.mock('@latchkey/db/own-rows', async (original) => {
  const real = await original<typeof import('@latchkey/db/own-rows')>()
  return {
    ...real,
    ownRowsOf: (...given: Parameters<typeof real.ownRowsOf>) =>
      real.ownRowsOf(...given).withPlugin(forgetful.plugin),
  }
})

const host = await openTestHost()
afterAll(() => host.close())
const { db } = host.deps
const { ownerDb } = host.town

let ada: Awaited<ReturnType<typeof aSignedInUser>>
let bob: typeof ada
beforeEach(async () => {
  ada = await aSignedInUser(host, { displayName: 'Ada' })
  bob = await aSignedInUser(host, { displayName: 'Bob' })
})

/** Each row that names them, in each table that has the wall. */
async function everythingOf(id: string): Promise<unknown[]> {
  const { rows: walls } = await sql<{ table: string }>`
    select tablename as "table" from pg_policies where policyname = 'own_rows' order by 1`.execute(ownerDb)
  expect(walls).not.toEqual([])
  const found = walls.map(({ table }) =>
    sql`select t::text as row from ${sql.table(table)} t where t::text like ${`%${id}%`} order by 1`.execute(
      ownerDb,
    ),
  )
  return (await Promise.all(found)).map(({ rows }) => rows)
}

const familiesOf = async (userId: string) => {
  const rows = await ownerDb.selectFrom('sessions').select('familyId').where('userId', '=', userId).execute()
  return rows.map(({ familyId }) => familyId)
}
const eventsOf = async (targetId: string) => {
  const rows = await ownerDb.selectFrom('auditEvents').select('id').where('targetId', '=', targetId).execute()
  return rows.map(({ id }) => `"id":"${id}"`)
}

test('N6: the spine names somebody to acts that are for one person, and to no others', async () => {
  const everybody = ({ ctx }: { ctx: Ctx }) => ctx.db.selectFrom('users').select('id').execute()
  const acts = router({
    signedIn: signedIn.query(everybody),
    sudo: sudo.query(everybody),
    anyone: anyone.query(everybody),
    withRole: withRole('SUPPORT').query(everybody),
  })
  const user = { id: ada.id, roles: ['USER', 'SUPPORT'] }
  const auth = () => Promise.resolve({ user, session: { isSudo: true } })
  const ask = acts.createCaller({ ...host.deps, auth } as unknown as Ctx)
  const own = [{ id: ada.id }]
  expect([await ask.signedIn(), await ask.sudo()]).toEqual([own, own])
  for (const found of [await ask.anyone(), await ask.withRole()])
    expect(found).toEqual(expect.arrayContaining([{ id: ada.id }, { id: bob.id }]))
})

test('what an act asks for is enough without the wall as well', async () => {
  const own = await listFamilies(db, ada.id)
  expect(own.map(({ familyId }) => familyId)).toEqual(await familiesOf(ada.id))
  const events = await listEventsOf(db, { userId: ada.id, limit: 100 })
  expect(events.map(({ id }) => `"id":"${id}"`)).toEqual(await eventsOf(ada.id))
})

test('whose a link is counts without the wall as well', async () => {
  const wanted = {
    userId: bob.id,
    type: 'change_email',
    payload: { email: 'taken-over@example.com' },
  } as const
  const { token } = await db.transaction().execute((trx) => mintToken(trx, host.deps.env, wanted))
  const ctx = { ...host.deps, user: { id: ada.id } } as unknown as SignedIn
  await expect(confirmChangeEmail(ctx, { token })).rejects.toMatchObject({ code: 'TOKEN_INVALID' })
  const { email } = await requireOwner(bob.id)
  expect(email).toBe(bob.email)
})
const requireOwner = (id: string) =>
  ownerDb.selectFrom('users').select('email').where('id', '=', id).executeTakeFirstOrThrow()

test('without the wall that would be everybody’s', async () => {
  const families = await listFamilies(db.withPlugin(forgetful.plugin), ada.id)
  expect(families.length).toBeGreaterThan(1)
})

describe('N6: an act that forgets its where touches nobody else', () => {
  type Deed = { method: string; path: string; body?: object }
  const deeds: Record<string, Deed> = {
    'user.me': { method: 'GET', path: '/api/auth/me' },
    'user.mailbox': { method: 'GET', path: '/api/trpc/user.mailbox' },
    'audit.mine': { method: 'GET', path: '/api/users/me/audit' },
    'session.list': { method: 'GET', path: '/api/auth/sessions' },
    'session.revoke': { method: 'POST', path: '/api/trpc/session.revoke', body: { id: crypto.randomUUID() } },
    'session.revokeOthers': { method: 'POST', path: '/api/trpc/session.revokeOthers' },
    'profile.update': {
      method: 'PATCH',
      path: '/api/users/me',
      body: { displayName: 'Eve', bio: 'planted' },
    },
    'auth.stepUp': { method: 'POST', path: '/api/trpc/auth.stepUp', body: { password: PASSWORD } },
    'auth.changePassword': {
      method: 'POST',
      path: '/api/auth/change-password',
      body: { currentPassword: PASSWORD, password: 'another-orchard-lantern-18' },
    },
    'auth.refresh': { method: 'POST', path: '/api/auth/refresh' },
    'auth.logout': { method: 'POST', path: '/api/auth/logout' },
  }
  test.each(Object.entries(deeds))('%s', async (_name, { method, path, body }) => {
    const before = await everythingOf(bob.id)
    const headers = { 'x-csrf-token': ada.browser.csrf }
    const answer = await ada.browser.send(method, path, { body, headers })
    expect(answer.status, answer.text).toBeLessThan(300)
    for (const theirs of [
      bob.id,
      bob.email,
      'Bob',
      ...(await familiesOf(bob.id)),
      ...(await eventsOf(bob.id)),
    ])
      expect(answer.text).not.toContain(theirs)
    expect(await everythingOf(bob.id)).toEqual(before)
  })

  /** These look at everybody, and say so: who has an address is not one person's business. */
  const LOOKING_FURTHER = ['auth.changeEmail', 'auth.confirmChangeEmail']

  test('and that is every act of somebody who is signed in', () => {
    const signedIn = [...proceduresOf(appRouter)].filter(([, { meta }]) => meta?.caller === 'signedIn')
    expect([...Object.keys(deeds), ...LOOKING_FURTHER].sort()).toEqual(signedIn.map(([name]) => name).sort())
  })
})
