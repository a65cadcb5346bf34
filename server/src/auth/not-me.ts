import { recordAudit } from '@latchkey/db/audit'
import { lockOwner } from '@latchkey/db/sessions'
import type { Ctx } from '../context.ts'
import { requirePerson } from '../users/users.queries.ts'
import { secureAccount, type Secured, unlockSecured } from './secure-account.ts'
import { requireShown, spendToken } from './tokens.ts'

/** What the owner says to a letter about something that they did not do. */
export async function notMe(ctx: Ctx, shown: { token: string }): Promise<Secured> {
  const { id, userId } = await requireShown(ctx, { type: 'not_me', shown })
  const { secured, email } = await ctx.db.transaction().execute(async (trx) => {
    await lockOwner(trx, userId)
    await spendToken(trx, id)
    await recordAudit(trx, ctx, { action: 'user.not_me', actorId: userId, targetId: userId })
    const { me } = await requirePerson(trx, userId)
    return { secured: await secureAccount(trx, ctx, userId), email: me.email }
  })
  await unlockSecured(ctx, { userId, email })
  return secured
}
