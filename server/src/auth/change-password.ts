import { recordAudit } from '@latchkey/db/audit'
import { revokeFamilies } from '@latchkey/db/sessions'
import { consumeOpenTokens } from '@latchkey/db/tokens'
import type { ChangePasswordInput } from '@latchkey/shared/schemas/auth'
import type { SignedIn } from '../context.ts'
import { AppError } from '../errors.ts'
import { requireLiveSession } from '../sessions/sessions.queries.ts'
import { admit } from '../sessions/admit.ts'
import { createSession } from '../sessions/sessions.ts'
import { requirePerson } from '../users/users.queries.ts'
import { setPassword } from './auth.queries.ts'
import { requireGoodPassword } from './require-good-password.ts'
import { requirePassword } from './require-password.ts'
import { tellOfPassword } from './tell-of-password.ts'

/** Needs the current one, ends every sign-in there is, and leaves this browser a new one. */
export async function changePassword(ctx: SignedIn, input: ChangePasswordInput): Promise<{ ok: true }> {
  const { user } = ctx
  ctx.passwords.requireRoom()
  await requireGoodPassword(ctx, { ...user, password: input.password })
  const verified = await requirePassword(ctx, {
    user,
    password: input.currentPassword,
    failure: 'user.change_password_failed',
    field: 'currentPassword',
    says: NOT_THE_CURRENT,
  })
  const passwordHash = await ctx.passwords.hash(input.password)

  const issued = await ctx.db.transaction().execute(async (trx) => {
    // While the hash was made, somebody else may have changed the password, or ended this very session.
    if (!(await setPassword(trx, { userId: user.id, verified, passwordHash })))
      throw new AppError('VALIDATION_FAILED', { fields: { currentPassword: NOT_THE_CURRENT } })
    await requireLiveSession(trx, ctx.session.id)
    const { standing } = await requirePerson(trx, user.id)
    const entrant = admit(ctx.env, standing)
    if (!entrant) throw new AppError('UNAUTHENTICATED')
    await revokeFamilies(trx, { userId: user.id })
    const issued = await createSession(trx, entrant, ctx)
    await recordAudit(trx, ctx, { action: 'user.change_password', actorId: user.id, targetId: user.id })
    await consumeOpenTokens(trx, { userId: user.id, types: ['reset_password', 'change_email'] })
    await tellOfPassword(trx, ctx, { user, by: 'change' })
    return issued
  })
  ctx.setSession(issued)
  return { ok: true }
}

const NOT_THE_CURRENT = 'This is not your current password.'
