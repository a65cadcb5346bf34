import { recordAudit } from '@latchkey/db/audit'
import { lockOwner } from '@latchkey/db/sessions'
import type { Ctx } from '../context.ts'
import { hashed } from '../counting/hashed.ts'
import { requirePerson } from '../users/users.queries.ts'
import { requireShown, spendToken } from './tokens.ts'

/** The link of the letter about a lock. Whoever reads the owner's mail is let try again; they are not let in. */
export async function unlock(ctx: Ctx, shown: { token: string }): Promise<{ ok: true }> {
  const { id, userId } = await requireShown(ctx, { type: 'unlock_account', shown })
  const email = await ctx.db.transaction().execute(async (trx) => {
    await lockOwner(trx, userId)
    await spendToken(trx, id)
    await recordAudit(trx, ctx, { action: 'user.unlock', actorId: userId, targetId: userId })
    return (await requirePerson(trx, userId)).me.email
  })
  await ctx.guesses.unlock('password', hashed(ctx.env, email))
  return { ok: true }
}
