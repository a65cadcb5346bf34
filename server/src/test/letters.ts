import { openLetter } from '@latchkey/db/outbox'
import type { TokenType } from '@latchkey/db/tables/one-time-tokens'
import { mintToken } from '../auth/tokens.ts'
import { aUser } from './actors.ts'
import type { TestHost } from './host.ts'

type Host = Pick<TestHost, 'deps' | 'url'>
type Said = { token: string; code: string }

/** The newest letter to an address, as it was asked for. */
export async function letterTo({ deps }: Pick<Host, 'deps'>, email: string) {
  const row = await deps.db
    .selectFrom('emailOutbox')
    .selectAll()
    .where('toAddress', '=', email)
    .orderBy('createdAt', 'desc')
    .limit(1)
    .executeTakeFirstOrThrow()
  return { letter: row.letter, ...(openLetter(deps.box, row) as Said) }
}

/** The token in the newest letter to an address. */
export const tokenIn = async (host: Pick<Host, 'deps'>, email: string): Promise<string> =>
  (await letterTo(host, email)).token

/** What a link in a letter to somebody would carry. */
export async function aLink(host: Host, type: TokenType): Promise<{ token: string }> {
  const { id: userId, email } = await aUser(host, { isEmailVerified: type !== 'verify_email' })
  return linkFor(host, { userId, type, payload: { email: type === 'not_me' ? email : `new-${email}` } })
}

export async function linkFor(
  { deps }: Pick<Host, 'deps'>,
  wanted: { userId: string; type: TokenType; payload?: { email: string } },
): Promise<{ token: string }> {
  const minted = await deps.db.transaction().execute((trx) => mintToken(trx, deps.env, wanted))
  return { token: minted.token }
}
