import { recordAudit } from '@latchkey/db/audit'
import { enqueueMail } from '@latchkey/db/outbox'
import { revokeFamilies } from '@latchkey/db/sessions'
import type { Ctx } from '../context.ts'
import { describeClient } from './binding.ts'
import { findOwner } from './sessions.queries.ts'
import type { Suspicion } from './sessions.ts'

type Witness = Pick<Ctx, 'db' | 'box' | 'boss' | 'ip' | 'userAgent' | 'requestId'>

/** A dead token was shown again: two hold it, so both are out, and the owner hears of it. Once. */
async function endReusedFamily(ctx: Witness, { userId, familyId }: Suspicion): Promise<void> {
  await ctx.db.transaction().execute(async (trx) => {
    const ended = await revokeFamilies(trx, { userId, only: familyId })
    if (ended.length === 0) return
    const owner = await findOwner(trx, userId)
    await recordAudit(trx, ctx, {
      action: 'session.reuse_detected',
      actorId: null,
      targetId: userId,
      metadata: { sessionFamily: familyId },
    })
    if (!owner.isEmailVerified) return
    await enqueueMail(trx, ctx, {
      letter: 'session-ended',
      params: { name: owner.displayName, client: describeClient(ctx.userAgent) },
      to: owner.email,
      userId,
    })
  })
}

/** A good token from another browser: not let in, and nothing is taken from its owner. */
const noteMismatch = (ctx: Witness, { userId, familyId }: Suspicion): Promise<void> =>
  recordAudit(ctx.db, ctx, {
    action: 'session.binding_mismatch',
    actorId: null,
    targetId: userId,
    metadata: { sessionFamily: familyId },
  })

const ANSWERS = { reused: endReusedFamily, elsewhere: noteMismatch }

export const answerSuspicion = (ctx: Witness, suspicion: Suspicion): Promise<void> =>
  ANSWERS[suspicion.suspect](ctx, suspicion)
