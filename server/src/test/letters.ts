import { openLetter } from '@latchkey/db/outbox'
import type { TestHost } from './host.ts'

/** The token in the newest letter to an address. */
export async function tokenIn({ deps }: Pick<TestHost, 'deps'>, email: string): Promise<string> {
  const row = await deps.db
    .selectFrom('emailOutbox')
    .selectAll()
    .where('toAddress', '=', email)
    .orderBy('createdAt', 'desc')
    .executeTakeFirstOrThrow()
  return (openLetter(deps.box, row) as { token: string }).token
}
