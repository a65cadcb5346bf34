import type { Db } from '@latchkey/db/database'
import { longAgo, millisecondsAgo, nobodyElseDoes, now } from '@latchkey/db/sql'

/** Each deletes one batch and says how many rows that were. What somebody else holds is left for the next time. */
export type DeleteBatch = (db: Db, most: number) => Promise<bigint>

const HOUR = 3600
const DAY = 24 * HOUR
/** For a while one can still see whether a link was used. */
const TOKENS_STAY = 7 * DAY
/** As long as the browser keeps the cookie. */
const DEVICES_STAY = 400 * DAY
/** For questions about what was sent. */
const MAIL_STAYS = 30 * DAY
/** Written by the clocks of several hosts: time enough for them to differ. */
const COUNTERS_STAY = HOUR

/**
 * A family's rows end together; until then they are what tells a stolen token from a strange one. Rows of two batches may
 * refer to each other, and whoever deletes one touches the other: so one worker at a time.
 */
export const deleteEndedSessions: DeleteBatch = (db, most) =>
  countOf(
    db
      .deleteFrom('sessions')
      .where('id', 'in', (eb) =>
        eb
          .selectFrom('sessions')
          .select('id')
          .where('absoluteExpiresAt', '<', now)
          .where(nobodyElseDoes('sweep.sessions'))
          .limit(most)
          .forUpdate()
          .skipLocked(),
      ),
  )

export const deleteDeadTokens: DeleteBatch = (db, most) =>
  countOf(
    db.deleteFrom('oneTimeTokens').where('id', 'in', (eb) =>
      eb
        .selectFrom('oneTimeTokens')
        .select('id')
        .where((one) =>
          one.or([one('expiresAt', '<', longAgo(TOKENS_STAY)), one('consumedAt', '<', longAgo(TOKENS_STAY))]),
        )
        .limit(most)
        .forUpdate()
        .skipLocked(),
    ),
  )

export const deleteOldCounters: DeleteBatch = (db, most) =>
  countOf(
    db
      .deleteFrom('rateLimits')
      .where('key', 'in', (eb) =>
        eb
          .selectFrom('rateLimits')
          .select('key')
          .where('expire', '<', millisecondsAgo(COUNTERS_STAY))
          .limit(most)
          .forUpdate()
          .skipLocked(),
      ),
  )

export const deleteForgottenDevices: DeleteBatch = (db, most) =>
  countOf(
    db
      .deleteFrom('knownDevices')
      .where((eb) =>
        eb(
          eb.refTuple('userId', 'deviceHash'),
          'in',
          eb
            .selectFrom('knownDevices')
            .select(['userId', 'deviceHash'])
            .where('lastSeenAt', '<', longAgo(DEVICES_STAY))
            .limit(most)
            .forUpdate()
            .skipLocked()
            .$asTuple('userId', 'deviceHash'),
        ),
      ),
  )

/** What still waits is nobody's to delete, however long it has. */
export const deleteOldMail: DeleteBatch = (db, most) =>
  countOf(
    db
      .deleteFrom('emailOutbox')
      .where('id', 'in', (eb) =>
        eb
          .selectFrom('emailOutbox')
          .select('id')
          .where('status', '<>', 'queued')
          .where('createdAt', '<', longAgo(MAIL_STAYS))
          .limit(most)
          .forUpdate()
          .skipLocked(),
      ),
  )

const countOf = async (query: {
  executeTakeFirstOrThrow(): Promise<{ numDeletedRows: bigint }>
}): Promise<bigint> => (await query.executeTakeFirstOrThrow()).numDeletedRows
