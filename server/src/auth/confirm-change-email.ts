import { recordAudit } from '@latchkey/db/audit'
import { lookAtEverybody } from '@latchkey/db/own-rows'
import { lockOwner } from '@latchkey/db/sessions'
import { lockAddress } from '@latchkey/db/users'
import { consumeOpenTokens } from '@latchkey/db/tokens'
import type { ConfirmChangeEmailInput } from '@latchkey/shared/schemas/by-mail'
import type { SignedIn } from '../context.ts'
import { AppError } from '../errors.ts'
import { requireLiveSession } from '../sessions/sessions.queries.ts'
import { setEmail } from './auth.queries.ts'
import { displaceUnproved } from './displace-unproved.ts'
import { requireShown, spendToken } from './tokens.ts'

/**
 * From now on the new address is the one. Links that were sent to the old one are good for nothing, but for the undoing.
 * Only for whoever asked: somebody else who reads the mail of an address must not be talked into giving it away.
 */
export async function confirmChangeEmail(
  ctx: SignedIn,
  { token, code = '' }: ConfirmChangeEmailInput,
): Promise<{ ok: true }> {
  const shown = token === undefined ? { email: ctx.user.email, code } : { token }
  const { id, userId, payload } = await requireShown(ctx, { type: 'change_email', shown })
  const { email } = payload
  if (email === undefined || userId !== ctx.user.id) throw new AppError('TOKEN_INVALID')

  await ctx.db.transaction().execute(async (trx) => {
    await lockAddress(trx, email)
    await lockOwner(trx, userId)
    await requireLiveSession(trx, ctx.session.id)
    await spendToken(trx, id)
    // Whoever else stands on the address gives way, or keeps it.
    await lookAtEverybody(trx)
    const metadata = await displaceUnproved(trx, email, { except: userId })
    if (!(await setEmail(trx, { userId, email }))) throw new AppError('TOKEN_INVALID')
    await consumeOpenTokens(trx, { userId, types: ['verify_email', 'reset_password', 'unlock_account'] })
    await recordAudit(trx, ctx, { action: 'user.change_email', actorId: userId, targetId: userId, metadata })
  })
  return { ok: true }
}
