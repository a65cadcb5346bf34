import type { Db } from '@latchkey/db/database'

export const findQueuedMail = (db: Db, id: string) =>
  db
    .selectFrom('emailOutbox')
    .select(['id', 'letter', 'body'])
    .where('id', '=', id)
    .where('status', '=', 'queued')
    .executeTakeFirst()
