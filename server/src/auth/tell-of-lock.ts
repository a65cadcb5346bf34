import { recordAudit } from '@latchkey/db/audit'
import type { Trx } from '@latchkey/db/database'
import { enqueueMail } from '@latchkey/db/outbox'
import type { Ctx } from '../context.ts'
import { findOwner } from './auth.queries.ts'

/** Once per lock: whoever is locked out is not told, the owner is. */
export async function tellOfLock(trx: Trx, ctx: Ctx, email: string): Promise<void> {
  const owner = await findOwner(trx, email)
  await recordAudit(trx, ctx, { action: 'user.lockout', actorId: null, targetId: owner.id })
  await enqueueMail(trx, ctx, {
    letter: 'account-locked',
    params: { name: owner.displayName },
    to: email,
    userId: owner.id,
  })
}
