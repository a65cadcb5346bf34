import { recordAudit } from '@latchkey/db/audit'
import type { Trx } from '@latchkey/db/database'
import { enqueueMail } from '@latchkey/db/outbox'
import type { Ctx } from '../context.ts'
import { findOwner } from './auth.queries.ts'
import { mintToken } from './tokens.ts'

type Witness = Pick<Ctx, 'env' | 'box' | 'boss' | 'ip' | 'userAgent' | 'requestId'>

/** Once per lock: whoever is locked out is not told, the owner is. */
export async function tellOfLock(trx: Trx, ctx: Witness, email: string): Promise<void> {
  const owner = await findOwner(trx, email)
  const { token } = await mintToken(trx, ctx.env, { userId: owner.id, type: 'unlock_account' })
  await recordAudit(trx, ctx, { action: 'user.lockout', actorId: null, targetId: owner.id })
  await enqueueMail(trx, ctx, {
    letter: 'account-locked',
    params: { name: owner.displayName, token },
    to: email,
    userId: owner.id,
  })
}
