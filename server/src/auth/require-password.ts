import { type AuditAction, recordAudit } from '@latchkey/db/audit'
import type { Ctx } from '../context.ts'
import { AppError } from '../errors.ts'
import { guessPassword } from './guess-password.ts'
import { tellOfLock } from './tell-of-lock.ts'

type Asked = {
  user: { id: string; email: string }
  password: string
  /** How a wrong one is remembered, and what is said of it beside which field. */
  failure: AuditAction
  field: string
  says: string
}

/**
 * The password of an account, from somebody who has shown already that they have to do with it. A guess like any other,
 * of the same budget. Answers with the hash that it was compared with.
 */
export async function requirePassword(ctx: Ctx, { user, password, ...refusal }: Asked): Promise<string> {
  const hashOf = ({ passwordHash }: { passwordHash: string | null }) => passwordHash
  const verdict = await guessPassword(ctx, { email: user.email, password, hashOf, proof: 'person' })
  if (verdict.right) {
    await verdict.grant.right()
    return verdict.right
  }
  const { found, locked } = verdict
  await ctx.db.transaction().execute(async (trx) => {
    await recordAudit(trx, ctx, { action: refusal.failure, actorId: user.id, targetId: user.id })
    if (locked) await tellOfLock(trx, ctx, found && { ...found, email: user.email })
  })
  throw new AppError('VALIDATION_FAILED', { fields: { [refusal.field]: refusal.says } })
}
