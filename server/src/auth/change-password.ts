import { recordAudit } from '@latchkey/db/audit'
import { enqueueMail } from '@latchkey/db/outbox'
import { revokeFamilies } from '@latchkey/db/sessions'
import type { ChangePasswordInput } from '@latchkey/shared/schemas/auth'
import type { SignedIn } from '../context.ts'
import { AppError } from '../errors.ts'
import { requireLiveSession } from '../sessions/sessions.queries.ts'
import { admit } from '../sessions/admit.ts'
import { createSession } from '../sessions/sessions.ts'
import { requirePerson } from '../users/users.queries.ts'
import { setPassword } from './auth.queries.ts'
import { guessPassword } from './guess-password.ts'
import { requireGoodPassword } from './require-good-password.ts'
import { tellOfLock } from './tell-of-lock.ts'

/** Needs the current one, ends every sign-in there is, and leaves this browser a new one. */
export async function changePassword(ctx: SignedIn, input: ChangePasswordInput): Promise<{ ok: true }> {
  const { user } = ctx
  ctx.passwords.requireRoom()
  await requireGoodPassword(ctx, { ...user, password: input.password })
  const verified = await requireCurrentPassword(ctx, input.currentPassword)
  const passwordHash = await ctx.passwords.hash(input.password)

  const issued = await ctx.db.transaction().execute(async (trx) => {
    // While the hash was made, somebody else may have changed the password, or ended this very session.
    if (!(await setPassword(trx, { userId: user.id, verified, passwordHash }))) throw notTheCurrent()
    await requireLiveSession(trx, ctx.session.id)
    const { standing } = await requirePerson(trx, user.id)
    const entrant = admit(ctx.env, standing)
    if (!entrant) throw new AppError('UNAUTHENTICATED')
    await revokeFamilies(trx, { userId: user.id })
    const issued = await createSession(trx, entrant, ctx)
    await recordAudit(trx, ctx, { action: 'user.change_password', actorId: user.id, targetId: user.id })
    await enqueueMail(trx, ctx, {
      letter: 'password-changed',
      params: { name: user.displayName },
      to: user.email,
      userId: user.id,
    })
    return issued
  })
  ctx.setSession(issued)
  return { ok: true }
}

/** A guess like any other: it shares its budget with signing in. */
async function requireCurrentPassword(ctx: SignedIn, password: string): Promise<string> {
  const { email, id } = ctx.user
  const hashOf = ({ passwordHash }: { passwordHash: string | null }) => passwordHash
  const verdict = await guessPassword(ctx, { email, password, hashOf, proof: 'person' })
  if (verdict.right) {
    await verdict.grant.right()
    return verdict.right
  }
  await ctx.db.transaction().execute(async (trx) => {
    await recordAudit(trx, ctx, { action: 'user.change_password_failed', actorId: id, targetId: id })
    if (verdict.locked) await tellOfLock(trx, ctx, ctx.user)
  })
  throw notTheCurrent()
}

const notTheCurrent = (): AppError =>
  new AppError('VALIDATION_FAILED', { fields: { currentPassword: 'This is not your current password.' } })
