import { recordAudit } from '@latchkey/db/audit'
import { lockOwner } from '@latchkey/db/sessions'
import { lockAddress } from '@latchkey/db/users'
import type { Ctx } from '../context.ts'
import { AppError } from '../errors.ts'
import { consumeNewerTokens, setEmail } from './auth.queries.ts'
import { displaceUnproved } from './displace-unproved.ts'
import { secureAccount, type Secured, unlockSecured } from './secure-account.ts'
import { requireShown, spendToken } from './tokens.ts'

/**
 * The address is again what it was, whether the other was confirmed or not, and whoever asked for that is out. What was
 * mailed since then may have gone to them; an undoing from before it leads further back, and stays.
 */
export async function undoChangeEmail(ctx: Ctx, shown: { token: string }): Promise<Secured> {
  const { id, userId, payload } = await requireShown(ctx, { type: 'undo_change_email', shown })
  const { email } = payload
  if (email === undefined) throw new AppError('TOKEN_INVALID')

  const secured = await ctx.db.transaction().execute(async (trx) => {
    await lockAddress(trx, email)
    await lockOwner(trx, userId)
    await spendToken(trx, id)
    const metadata = await displaceUnproved(trx, email)
    if (!(await setEmail(trx, { userId, email }))) throw new AppError('TOKEN_INVALID')
    await consumeNewerTokens(trx, { userId, id })
    await recordAudit(trx, ctx, {
      action: 'user.undo_change_email',
      actorId: userId,
      targetId: userId,
      metadata,
    })
    return secureAccount(trx, ctx, userId)
  })
  await unlockSecured(ctx, { userId, email })
  return secured
}
