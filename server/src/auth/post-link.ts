import { randomUUID } from 'node:crypto'
import { type AuditAction, recordAudit } from '@latchkey/db/audit'
import { enqueueMailIf } from '@latchkey/db/outbox'
import { lockAddress } from '@latchkey/db/users'
import type { TokenType } from '@latchkey/db/tables/one-time-tokens'
import type { Ctx } from '../context.ts'
import { findAccount } from './auth.queries.ts'
import { mintToken } from './tokens.ts'

type Account = NonNullable<Awaited<ReturnType<typeof findAccount>>>
type Link = {
  email: string
  type: TokenType
  letter: 'verify-email' | 'reset-password'
  action: AuditAction
  /** Whose account is owed one. Of all others nothing is told, here or by how long it takes. */
  isOwed: (account: Account) => boolean
}

/** Posts a link and a code to whoever owns the address, if they are owed one: the same statements either way. */
export async function postLink(ctx: Ctx, { email, type, letter, action, isOwed }: Link): Promise<void> {
  await ctx.calls.countMail(action, { address: ctx.ip, email })
  await ctx.db.transaction().execute(async (trx) => {
    await lockAddress(trx, email)
    const found = await findAccount(trx, { email })
    const owed = found && isOwed(found) ? found : undefined
    const userId = owed?.id ?? randomUUID()
    const { id, token, code } = await mintToken(trx, ctx.env, { userId, type })
    await recordAudit(trx, ctx, { action, actorId: null, targetId: found?.id ?? null })
    await enqueueMailIf(trx, ctx, {
      letter,
      params: { name: owed?.isEmailVerified ? owed.displayName : null, token, code },
      to: email,
      userId: owed?.id ?? null,
      tokenId: id,
      isOwed: owed !== undefined,
    })
  })
}
