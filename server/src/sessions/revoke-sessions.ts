import { recordAudit } from '@latchkey/db/audit'
import { lockOwner, revokeFamilies } from '@latchkey/db/sessions'
import type { SignedIn } from '../context.ts'
import { AppError } from '../errors.ts'
import { requireLiveSession } from './sessions.queries.ts'

/** One of one's own. Somebody else's and none at all are the same answer. */
export async function revokeSession(ctx: SignedIn, familyId: string): Promise<{ revoked: number }> {
  const revoked = await endFamilies(ctx, { only: familyId })
  if (revoked === 0) throw new AppError('NOT_FOUND')
  if (familyId === ctx.session.familyId) ctx.setSession(null)
  return { revoked }
}

export async function revokeOtherSessions(ctx: SignedIn): Promise<{ revoked: number }> {
  return { revoked: await endFamilies(ctx, { except: ctx.session.familyId }) }
}

function endFamilies(ctx: SignedIn, which: { only: string } | { except: string }): Promise<number> {
  return ctx.db.transaction().execute(async (trx) => {
    await lockOwner(trx, ctx.user.id)
    await requireLiveSession(trx, ctx.session.id)
    const ended = await revokeFamilies(trx, { userId: ctx.user.id, ...which })
    for (const sessionFamily of ended)
      await recordAudit(trx, ctx, {
        action: 'session.revoke',
        actorId: ctx.user.id,
        targetId: ctx.user.id,
        metadata: { sessionFamily },
      })
    return ended.length
  })
}
