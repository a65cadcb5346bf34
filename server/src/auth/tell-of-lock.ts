import { randomUUID } from 'node:crypto'
import { recordAudit } from '@latchkey/db/audit'
import type { Trx } from '@latchkey/db/database'
import { enqueueMail, enqueueNoMail } from '@latchkey/db/outbox'
import { lockOwner } from '@latchkey/db/sessions'
import type { Ctx } from '../context.ts'
import { mintToken } from './tokens.ts'

type Witness = Pick<Ctx, 'env' | 'box' | 'boss' | 'ip' | 'userAgent' | 'requestId'>
type Owner = { id: string; email: string; displayName: string | null; isEmailVerified: boolean }

/**
 * Once per lock: whoever is locked out is not told, the owner is. Where there is none, or nobody has proved the address,
 * it takes as long.
 */
export async function tellOfLock(trx: Trx, ctx: Witness, owner: Owner | undefined): Promise<void> {
  await lockOwner(trx, owner?.id ?? randomUUID())
  if (owner) await recordAudit(trx, ctx, { action: 'user.lockout', actorId: null, targetId: owner.id })
  if (!owner?.isEmailVerified) return enqueueNoMail(trx, ctx)
  const { id, token } = await mintToken(trx, ctx.env, { userId: owner.id, type: 'unlock_account' })
  await enqueueMail(trx, ctx, {
    letter: 'account-locked',
    params: { name: owner.displayName, token },
    to: owner.email,
    userId: owner.id,
    tokenId: id,
  })
}
