import { recordAudit } from '@latchkey/db/audit'
import { lockOwner } from '@latchkey/db/sessions'
import { lockAddress } from '@latchkey/db/users'
import { consumeOpenTokens } from '@latchkey/db/tokens'
import type { ConfirmChangeEmailInput, Shown } from '@latchkey/shared/schemas/by-mail'
import type { Ctx } from '../context.ts'
import { AppError } from '../errors.ts'
import { setEmail } from './auth.queries.ts'
import { displaceUnproved } from './displace-unproved.ts'
import { requireShown, spendToken } from './tokens.ts'

/** From now on the new address is the one. Links that were sent to the old one are good for nothing, but for the undoing. */
export async function confirmChangeEmail(ctx: Ctx, input: ConfirmChangeEmailInput): Promise<{ ok: true }> {
  const { id, userId, payload } = await requireShown(ctx, {
    type: 'change_email',
    shown: await shownBy(ctx, input),
  })
  const { email } = payload
  if (email === undefined) throw new AppError('TOKEN_INVALID')

  await ctx.db.transaction().execute(async (trx) => {
    await lockAddress(trx, email)
    await lockOwner(trx, userId)
    await spendToken(trx, id)
    const metadata = await displaceUnproved(trx, email)
    if (!(await setEmail(trx, { userId, email }))) throw new AppError('TOKEN_INVALID')
    await consumeOpenTokens(trx, { userId, types: ['verify_email', 'reset_password', 'unlock_account'] })
    await recordAudit(trx, ctx, { action: 'user.change_email', actorId: userId, targetId: userId, metadata })
  })
  return { ok: true }
}

/** A code is good for whoever is signed in. */
async function shownBy(ctx: Ctx, { token, code = '' }: ConfirmChangeEmailInput): Promise<Shown> {
  if (token !== undefined) return { token }
  const { user } = await ctx.auth()
  if (!user) throw new AppError('UNAUTHENTICATED')
  return { email: user.email, code }
}
