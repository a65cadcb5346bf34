import type { Db } from '@latchkey/db/database'

/** What a list of the newest letters depends on, without opening one. */
export const listMailStates = (db: Db, limit: number) =>
  db
    .selectFrom('emailOutbox')
    .select(['id', 'status'])
    .orderBy('createdAt', 'desc')
    .orderBy('id', 'desc')
    .limit(limit)
    .execute()
