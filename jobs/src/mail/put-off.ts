import type { Failure, Outcome, Task } from '../jobs.ts'
import { endUndelivered } from './end-undelivered.ts'
import { noteFailure } from './mail.queries.ts'
import { codesOf } from './refusal.ts'
import { ServerAway } from './send-outbox.ts'

/** Between two tries of one letter: a minute, doubling to an hour. With so many tries it is given up after most of a day. */
const FIRST_PAUSE_SECONDS = 60
const LONGEST_PAUSE_SECONDS = 3600
export const TRIES_MOST = 24

/** Up to a half more, so that letters refused together do not come back together. */
export const pauseAfter = (tries: number): number =>
  Math.min(FIRST_PAUSE_SECONDS * 2 ** (tries - 1), LONGEST_PAUSE_SECONDS) * (1 + Math.random() / 2)

/** After a failure that was the letter's own or ours. One that only found the server away is the queue's to try again, soon. */
export async function putOff(
  { db, boss, log }: Task,
  { job, error, told }: Failure<'email.send'>,
): Promise<Outcome> {
  if (error instanceof ServerAway) throw error
  const row = await noteFailure(db, job.payload.outboxId, codesOf(error))
  if (!row) return 'settled'
  if (row.attempts >= TRIES_MOST) {
    await endUndelivered(db, row, { status: 'failed' })
    log.error({ outbox_id: row.id, letter: row.letter }, 'given up; see: npm run mail -- status')
    return 'dead letter'
  }
  await boss.fail('email.send', job, told)
  await boss.update({
    name: 'email.send',
    options: { id: job.id, startAfter: Math.round(pauseAfter(row.attempts)) },
  })
  return 'settled'
}
