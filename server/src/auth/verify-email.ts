import { recordAudit } from '@latchkey/db/audit'
import { lockOwner } from '@latchkey/db/sessions'
import { lockAddress } from '@latchkey/db/users'
import type { VerifyEmailInput } from '@latchkey/shared/schemas/by-mail'
import type { Ctx } from '../context.ts'
import { AppError } from '../errors.ts'
import { findRegistration, setVerified } from './auth.queries.ts'
import { beginAnew } from './begin-anew.ts'
import { requirePassword } from './require-password.ts'
import { requireGoodPassword } from './require-good-password.ts'
import { requireShown, spendToken } from './tokens.ts'

type Registration = NonNullable<Awaited<ReturnType<typeof findRegistration>>>
/** What shows that whoever registered and whoever reads the mail are one. `anew`: they are not, and the reader begins anew. */
type Choice = { by: 'browser' | 'password' } | { by: 'anew'; passwordHash: string }

/**
 * Reading the mail of an address does not show that one chose the password of its account: somebody else may have
 * registered it and wait. So either the choice is shown too, or nothing of that account stays.
 */
export async function verifyEmail(ctx: Ctx, input: VerifyEmailInput): Promise<{ ok: true }> {
  const { id, userId } = await requireShown(ctx, { type: 'verify_email', shown: input.shown })
  const registration = await findRegistration(ctx.db, userId)
  if (!registration) throw new AppError('TOKEN_INVALID')
  const choice = await requireChoice(ctx, registration, input)

  await ctx.db.transaction().execute(async (trx) => {
    await lockAddress(trx, registration.email)
    await lockOwner(trx, userId)
    await spendToken(trx, id)
    const anew = choice.by === 'anew' ? await beginAnew(trx, { ...registration, ...choice }) : undefined
    if (choice.by === 'anew' && !anew) throw new AppError('TOKEN_INVALID')
    const provedId = anew?.id ?? userId
    if (!anew) await setVerified(trx, { userId })
    await recordAudit(trx, ctx, {
      action: 'user.verify_email',
      actorId: provedId,
      targetId: provedId,
      metadata: { by: choice.by, ...anew?.metadata },
    })
  })
  return { ok: true }
}

async function requireChoice(
  ctx: Ctx,
  { id, email, registrationDevice }: Registration,
  { password, newPassword }: VerifyEmailInput,
): Promise<Choice> {
  if (newPassword !== undefined) {
    ctx.passwords.requireRoom()
    await requireGoodPassword(ctx, { email, displayName: null, password: newPassword }, 'newPassword')
    return { by: 'anew', passwordHash: await ctx.passwords.hash(newPassword) }
  }
  if (ctx.device.hash && registrationDevice?.equals(ctx.device.hash)) return { by: 'browser' }
  if (password === undefined) throw new AppError('PASSWORD_NEEDED')
  await requirePassword(ctx, {
    user: { id, email },
    password,
    failure: 'user.verify_email_failed',
    field: 'password',
    says: 'This is not the password that was chosen at registration.',
  })
  return { by: 'password' }
}
