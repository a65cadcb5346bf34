import { fromKysely } from 'pg-boss'
import { sql } from 'kysely'
import { DEAD_LETTERS } from '@latchkey/shared/jobs'
import { URGENCIES, URGENCY } from '@latchkey/shared/letters'
import { type Boss, sendIn } from './boss.ts'
import type { Db, Trx } from './database.ts'
import { longAgo } from './sql.ts'
import type { MailStatus } from './tables/email-outbox.ts'

/** Letters that wait though nobody is going to take them: their jobs are gone. Each gets another one; says how many. */
export async function requeueLost(trx: Trx, boss: Boss, { olderThan, most }: Lost): Promise<number> {
  const lost = await trx
    .selectFrom('emailOutbox')
    .select(['id', 'letter', 'requestId'])
    .where('status', '=', 'queued')
    .where('createdAt', '<=', longAgo(olderThan))
    .where(hasNoJob)
    .orderBy('createdAt')
    .limit(most)
    .forUpdate()
    .skipLocked()
    .execute()
  for (const { id, letter, requestId } of lost)
    await sendIn(trx, boss, {
      name: 'email.send',
      payload: { outboxId: id, requestId },
      priority: URGENCY[URGENCIES[letter]],
    })
  return lost.length
}
type Lost = { olderThan: number; most: number }

/** A dead letter counts as one: it waits for somebody's word. */
const hasNoJob = sql<boolean>`not exists (
  select from pgboss.job
  where name in ('email.send', ${sql.lit(DEAD_LETTERS)}) and state < 'completed'
    and data->>'outboxId' = email_outbox.id::text)`

const BATCH = 1000

/** What was given up is tried again from the beginning; says how many letters that are. */
export async function redriveMail(db: Db, boss: Boss): Promise<number> {
  await boss.start()
  return db.transaction().execute(async (trx) => {
    const { numUpdatedRows } = await trx
      .updateTable('emailOutbox')
      .set({ status: 'queued', attempts: 0 })
      .where('status', '=', 'failed')
      .where('body', 'is not', null)
      .executeTakeFirstOrThrow()
    while ((await boss.redrive(DEAD_LETTERS, { db: fromKysely(trx), limit: BATCH })) > 0);
    while ((await requeueLost(trx, boss, { olderThan: 0, most: BATCH })) > 0);
    return Number(numUpdatedRows)
  })
}

export type MailState = { status: MailStatus; letters: number; oldest: Date }

/** How much of what there is, and since when. */
export const listMailStates = (db: Db): Promise<MailState[]> =>
  db
    .selectFrom('emailOutbox')
    .select(({ fn }) => [
      'status',
      fn.countAll<string>().as('letters'),
      fn.min<Date>('createdAt').as('oldest'),
    ])
    .groupBy('status')
    .orderBy('status')
    .execute()
    .then((rows) => rows.map((row) => ({ ...row, letters: Number(row.letters) })))

/** What the queue holds for the worker: to be sent, to be sent later after a refusal, and given up. */
export async function countMailJobs(db: Db): Promise<Record<'due' | 'putOff' | 'dead', number>> {
  const { rows } = await sql<{ due: string; putOff: string; dead: string }>`
    select count(*) filter (where name = 'email.send' and start_after <= now()) as due,
      count(*) filter (where name = 'email.send' and start_after > now()) as "putOff",
      count(*) filter (where name = ${DEAD_LETTERS}) as dead
    from pgboss.job where name in ('email.send', ${DEAD_LETTERS}) and state < 'completed'`.execute(db)
  const [counted] = rows
  return { due: Number(counted?.due), putOff: Number(counted?.putOff), dead: Number(counted?.dead) }
}
