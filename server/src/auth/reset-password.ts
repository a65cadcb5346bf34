import { recordAudit } from '@latchkey/db/audit'
import { lockOwner, revokeFamilies } from '@latchkey/db/sessions'
import { consumeOpenTokens } from '@latchkey/db/tokens'
import type { ResetPasswordInput } from '@latchkey/shared/schemas/by-mail'
import type { Ctx } from '../context.ts'
import { hashed } from '../counting/hashed.ts'
import { AppError } from '../errors.ts'
import { requirePerson } from '../users/users.queries.ts'
import { setPasswordByMail } from './auth.queries.ts'
import { requireGoodPassword } from './require-good-password.ts'
import { tellOfPassword } from './tell-of-password.ts'
import { requireShown, spendToken } from './tokens.ts'

/** Ends every sign-in there is and opens none. Whoever reads the mail has proved the address, too. */
export async function resetPassword(
  ctx: Ctx,
  { password, shown }: ResetPasswordInput,
): Promise<{ ok: true }> {
  ctx.passwords.requireRoom()
  const { id, userId } = await requireShown(ctx, { type: 'reset_password', shown })
  const { me: user, standing } = await requirePerson(ctx.db, userId)
  if (standing.status !== 'active') throw new AppError('TOKEN_INVALID')
  await requireGoodPassword(ctx, { ...user, password })
  const passwordHash = await ctx.passwords.hash(password)
  const present = await ctx.auth()

  await ctx.db.transaction().execute(async (trx) => {
    await lockOwner(trx, userId)
    await spendToken(trx, id)
    await setPasswordByMail(trx, { userId, passwordHash })
    await revokeFamilies(trx, { userId })
    await consumeOpenTokens(trx, { userId, types: ['reset_password', 'verify_email', 'unlock_account'] })
    await recordAudit(trx, ctx, { action: 'user.reset_password', actorId: userId, targetId: userId })
    await tellOfPassword(trx, ctx, { user, by: 'reset' })
  })
  await ctx.guesses.unlock('password', hashed(ctx.env, user.email))
  if (present.user?.id === userId) ctx.setSession(null)
  return { ok: true }
}
