import { recordAudit } from '@latchkey/db/audit'
import type { Ctx } from '../context.ts'
import { hashed } from '../counting/hashed.ts'
import { AppError } from '../errors.ts'
import { requirePerson } from '../users/users.queries.ts'
import { spendToken } from './tokens.ts'

/** The link of the letter about a lock. Whoever reads the owner's mail is let try again; they are not let in. */
export async function unlock(ctx: Ctx, { token }: { token: string }): Promise<{ ok: true }> {
  const email = await ctx.db.transaction().execute(async (trx) => {
    const spent = await spendToken(trx, ctx.env, { token, type: 'unlock_account' })
    if (!spent?.userId) throw new AppError('TOKEN_INVALID')
    await recordAudit(trx, ctx, { action: 'user.unlock', actorId: spent.userId, targetId: spent.userId })
    return (await requirePerson(trx, spent.userId)).me.email
  })
  await ctx.guesses.unlock('password', hashed(ctx.env, email))
  return { ok: true }
}
