import { recordAudit } from '@latchkey/db/audit'
import type { Trx } from '@latchkey/db/database'
import { deleteUnproved } from '@latchkey/db/users'
import type { Ctx } from '../context.ts'

/** An address is whoever's proves it, not whoever's was first: an account that stands on it unproved gives way. */
export async function displaceUnproved(trx: Trx, ctx: Ctx, email: string): Promise<void> {
  const gone = await deleteUnproved(trx, email)
  if (gone) await recordAudit(trx, ctx, { action: 'user.displace', actorId: null, targetId: gone.id })
}
