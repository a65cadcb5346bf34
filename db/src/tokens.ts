import type { Trx } from './database.ts'
import { now } from './sql.ts'
import type { TokenType } from './tables/one-time-tokens.ts'

type Which = { userId: string; types?: readonly TokenType[] }

/** Links and codes that were not used yet are good for nothing any more. All of them, where no kinds are named. */
export async function consumeOpenTokens(trx: Trx, { userId, types }: Which): Promise<void> {
  let consume = trx
    .updateTable('oneTimeTokens')
    .set({ consumedAt: now })
    .where('userId', '=', userId)
    .where('consumedAt', 'is', null)
  if (types) consume = consume.where('type', 'in', types)
  await consume.execute()
}
