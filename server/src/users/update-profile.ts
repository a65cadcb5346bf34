import { recordAudit } from '@latchkey/db/audit'
import { lockOwner } from '@latchkey/db/sessions'
import type { Me, UpdateProfileInput } from '@latchkey/shared/schemas/user'
import type { SignedIn } from '../context.ts'
import { requireLiveSession } from '../sessions/sessions.queries.ts'
import { requirePerson, setProfile, setUserFacts } from './users.queries.ts'

/** Only what is said changes. The address has a way of its own. */
export function updateProfile(ctx: SignedIn, { bio, ...facts }: UpdateProfileInput): Promise<Me> {
  const { id: userId } = ctx.user
  const fields = Object.keys({ ...facts, ...(bio !== undefined && { bio }) })
  return ctx.db.transaction().execute(async (trx) => {
    await lockOwner(trx, userId)
    await requireLiveSession(trx, ctx.session.id)
    if (Object.keys(facts).length > 0) await setUserFacts(trx, userId, facts)
    if (bio !== undefined) await setProfile(trx, userId, { bio })
    if (fields.length > 0)
      await recordAudit(trx, ctx, {
        action: 'profile.update',
        actorId: userId,
        targetId: userId,
        metadata: { fields: fields.join(' ') },
      })
    return (await requirePerson(trx, userId)).me
  })
}
