import { sql } from 'kysely'
import type { Db } from '@latchkey/db/database'

/** The past, seen from the database: what a person's sessions went through has happened that much longer ago. */
export const age = (db: Db, userId: string, seconds: number) => {
  const ago = sql`make_interval(secs => ${seconds})`
  return sql`update sessions set created_at = created_at - ${ago}, last_seen_at = last_seen_at - ${ago},
    first_used_at = first_used_at - ${ago}, superseded_at = superseded_at - ${ago},
    sudo_until = sudo_until - ${ago}, expires_at = expires_at - ${ago}, absolute_expires_at = absolute_expires_at - ${ago}
    where user_id = ${userId}`.execute(db)
}
