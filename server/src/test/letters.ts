import { openLetter } from '@latchkey/db/outbox'
import { tellOfLock } from '../auth/tell-of-lock.ts'
import { aUser } from './actors.ts'
import type { TestHost } from './host.ts'

type Host = Pick<TestHost, 'deps' | 'url'>

/** The token in the newest letter to an address. */
export async function tokenIn({ deps }: Host, email: string): Promise<string> {
  const row = await deps.db
    .selectFrom('emailOutbox')
    .selectAll()
    .where('toAddress', '=', email)
    .orderBy('createdAt', 'desc')
    .executeTakeFirstOrThrow()
  return (openLetter(deps.box, row) as { token: string }).token
}

/** What somebody finds in their mail after too many wrong passwords. */
export async function anUnlockToken(host: Host): Promise<string> {
  const { id, email } = await aUser(host)
  const witness = { ...host.deps, ip: null, userAgent: null, requestId: 'a-test' }
  await host.deps.db
    .transaction()
    .execute((trx) => tellOfLock(trx, witness, { id, email, displayName: null }))
  return tokenIn(host, email)
}
