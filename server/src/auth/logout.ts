import { recordAudit } from '@latchkey/db/audit'
import type { Me } from '@latchkey/shared/schemas/user'
import type { Ctx } from '../context.ts'
import { endSession, type Session } from '../sessions/sessions.ts'

export async function logout(ctx: Ctx & { user: Me; session: Session }): Promise<{ ok: true }> {
  await ctx.db.transaction().execute(async (trx) => {
    await endSession(trx, ctx.session)
    await recordAudit(trx, ctx, {
      action: 'user.logout',
      actorId: ctx.user.id,
      targetId: ctx.user.id,
      metadata: { sessionFamily: ctx.session.familyId },
    })
  })
  ctx.setSession(null)
  return { ok: true }
}
