import { recordAudit } from '@latchkey/db/audit'
import type { SignedIn } from '../context.ts'
import { rotateSession } from '../sessions/sessions.ts'

/** The same sign-in under a new token: what was copied from this browser is worth less every quarter of an hour. */
export async function refresh(ctx: SignedIn): Promise<{ ok: true }> {
  const issued = await ctx.db.transaction().execute(async (trx) => {
    const successor = await rotateSession(trx, { userId: ctx.user.id, session: ctx.session }, ctx)
    await recordAudit(trx, ctx, {
      action: 'session.refresh',
      actorId: ctx.user.id,
      targetId: ctx.user.id,
      metadata: { sessionFamily: successor.familyId },
    })
    return successor
  })
  ctx.keepSession(issued)
  return { ok: true }
}
