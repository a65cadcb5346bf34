import type { OwnSession } from '@latchkey/shared/schemas/session'
import type { SignedIn } from '../context.ts'
import { describeClient, maskOf } from './binding.ts'
import { listFamilies } from './sessions.queries.ts'

/** The one at hand first, then whichever was seen last. */
export async function listSessions({ db, user, session }: SignedIn): Promise<{ sessions: OwnSession[] }> {
  const families = await listFamilies(db, user.id)
  const sessions = families
    .map(({ familyId, userAgent, ip, createdAt, lastSeenAt }) => ({
      id: familyId,
      client: describeClient(userAgent),
      ipMasked: maskOf(ip),
      createdAt: createdAt.toISOString(),
      lastSeenAt: lastSeenAt.toISOString(),
      current: familyId === session.familyId,
    }))
    .sort((a, b) => Number(b.current) - Number(a.current) || b.lastSeenAt.localeCompare(a.lastSeenAt))
  return { sessions }
}
