import { recordAudit } from '@latchkey/db/audit'
import { lockOwner } from '@latchkey/db/sessions'
import { LIFETIME_SECONDS } from '@latchkey/shared/limits'
import type { SignedIn } from '../context.ts'
import { requireLiveSession, setSudo } from '../sessions/sessions.queries.ts'
import { requirePassword } from './require-password.ts'

/** For a while this sign-in, and no other, counts as somebody who has just shown who they are. */
export async function stepUp(ctx: SignedIn, { password }: { password: string }): Promise<{ ok: true }> {
  const { user, session } = ctx
  ctx.passwords.requireRoom()
  await requirePassword(ctx, {
    user,
    password,
    failure: 'session.step_up_failed',
    field: 'password',
    says: 'This is not your password.',
  })
  await ctx.db.transaction().execute(async (trx) => {
    await lockOwner(trx, user.id)
    await requireLiveSession(trx, session.id)
    await setSudo(trx, { familyId: session.familyId, seconds: LIFETIME_SECONDS.sudo })
    await recordAudit(trx, ctx, {
      action: 'session.step_up',
      actorId: user.id,
      targetId: user.id,
      metadata: { sessionFamily: session.familyId },
    })
  })
  return { ok: true }
}
