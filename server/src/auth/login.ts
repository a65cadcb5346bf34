import { recordAudit } from '@latchkey/db/audit'
import type { LoginInput } from '@latchkey/shared/schemas/auth'
import type { Me } from '@latchkey/shared/schemas/user'
import type { Ctx } from '../context.ts'
import { AppError } from '../errors.ts'
import { evictOldest, revokeFamilies } from '../sessions/sessions.queries.ts'
import { createSession } from '../sessions/sessions.ts'
import { requireMe } from '../users/users.queries.ts'
import { findCredentials, setLastLogin } from './auth.queries.ts'

/** One vague answer and the same work, whatever was wrong. */
export async function login(ctx: Ctx, { email, password }: LoginInput): Promise<{ user: Me }> {
  ctx.passwords.requireRoom()
  const found = await findCredentials(ctx.db, email)
  const holds = await ctx.passwords.verify(found?.passwordHash, password)
  if (!found || !holds || found.status !== 'active') return refuse(ctx, found, holds)

  const rehashed = await rehash(ctx, found.passwordHash, password)
  const { user: who, session: present } = await ctx.auth()
  const { issued, user } = await ctx.db.transaction().execute(async (trx) => {
    await setLastLogin(trx, found.id, rehashed)
    if (present) await revokeFamilies(trx, { userId: who.id, only: present.familyId })
    const issued = await createSession(trx, found, ctx)
    await evictOldest(trx, found.id)
    await recordAudit(trx, ctx, {
      action: 'user.login',
      actorId: found.id,
      targetId: found.id,
      metadata: { sessionFamily: issued.familyId },
    })
    return { issued, user: await requireMe(trx, found.id) }
  })
  ctx.setSession(issued)
  return { user }
}

async function refuse(ctx: Ctx, found: { id: string } | undefined, holds: boolean): Promise<never> {
  const reason = !found ? 'unknown_address' : holds ? 'suspended' : 'wrong_password'
  await recordAudit(ctx.db, ctx, {
    action: 'user.login_failed',
    actorId: null,
    targetId: found?.id ?? null,
    metadata: { reason },
  })
  throw new AppError('INVALID_CREDENTIALS')
}

/** A hash of an older profile is made anew while the password is at hand. */
async function rehash(ctx: Ctx, hash: string | null, password: string): Promise<string | undefined> {
  return hash && ctx.passwords.needsRehash(hash) ? ctx.passwords.hash(password) : undefined
}
