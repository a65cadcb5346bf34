import type { Db } from '@latchkey/db/database'

/** What somebody did, and what was done to their account; newest first, from before an id on. */
export const listEventsOf = (
  db: Db,
  { userId, before, limit }: { userId: string; before?: string; limit: number },
) => {
  const events = db
    .selectFrom('auditEvents')
    .select(['id', 'action', 'actorId', 'ip', 'userAgent', 'createdAt'])
    .where((eb) => eb.or([eb('actorId', '=', userId), eb('targetId', '=', userId)]))
    .orderBy('id', 'desc')
    .limit(limit)
  return (before ? events.where('id', '<', before) : events).execute()
}
