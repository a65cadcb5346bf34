import { recordAudit } from '@latchkey/db/audit'
import { revokeFamilies } from '@latchkey/db/sessions'
import type { SignedIn } from '../context.ts'

export async function logout(ctx: SignedIn): Promise<{ ok: true }> {
  await ctx.db.transaction().execute(async (trx) => {
    await revokeFamilies(trx, { userId: ctx.user.id, only: ctx.session.familyId })
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
