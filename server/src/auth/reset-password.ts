import { recordAudit } from '@latchkey/db/audit'
import { lockOwner, revokeFamilies } from '@latchkey/db/sessions'
import { consumeOpenTokens } from '@latchkey/db/tokens'
import { lockAddress } from '@latchkey/db/users'
import type { ResetPasswordInput } from '@latchkey/shared/schemas/by-mail'
import type { Ctx } from '../context.ts'
import { hashed } from '../counting/hashed.ts'
import { AppError } from '../errors.ts'
import { findPerson } from '../users/users.queries.ts'
import { deleteDevices, setPasswordByMail } from './auth.queries.ts'
import { beginAnew } from './begin-anew.ts'
import { requireGoodPassword } from './require-good-password.ts'
import { tellOfPassword } from './tell-of-password.ts'
import { requireShown, spendToken } from './tokens.ts'

/**
 * Ends every sign-in there is and opens none. Whoever reads the mail has proved the address, too; where nobody had before,
 * somebody else may have made the account, and nothing of it stays.
 */
export async function resetPassword(
  ctx: Ctx,
  { password, shown }: ResetPasswordInput,
): Promise<{ ok: true }> {
  ctx.passwords.requireRoom()
  const { id, userId } = await requireShown(ctx, { type: 'reset_password', shown })
  const person = await findPerson(ctx.db, userId)
  if (person?.standing.status !== 'active') throw new AppError('TOKEN_INVALID')
  const { me: user } = person
  await requireGoodPassword(ctx, { ...user, password })
  const passwordHash = await ctx.passwords.hash(password)
  const present = await ctx.auth()

  await ctx.db.transaction().execute(async (trx) => {
    await lockAddress(trx, user.email)
    await lockOwner(trx, userId)
    await spendToken(trx, id)
    await revokeFamilies(trx, { userId })
    const anew = user.isEmailVerified ? undefined : await beginAnew(trx, { email: user.email, passwordHash })
    const ownerId = anew?.id ?? userId
    await setPasswordByMail(trx, { userId: ownerId, passwordHash })
    await deleteDevices(trx, { userId })
    await consumeOpenTokens(trx, { userId, types: ENDED })
    const { metadata } = anew ?? {}
    await recordAudit(trx, ctx, {
      action: 'user.reset_password',
      actorId: ownerId,
      targetId: ownerId,
      ...(metadata && { metadata }),
    })
    const owner = { ...user, id: ownerId, isEmailVerified: true, displayName: anew ? null : user.displayName }
    await tellOfPassword(trx, ctx, { user: owner, by: 'reset' })
  })
  await ctx.guesses.unlock('password', hashed(ctx.env, user.email))
  if (present.user?.id === userId) ctx.setSession(null)
  return { ok: true }
}

/** What somebody else may have got hold of, or asked for. The ways to undo a change of address stay: they lead back. */
const ENDED = ['verify_email', 'reset_password', 'change_email', 'unlock_account', 'not_me'] as const
