import { requeueLost } from '@latchkey/db/undelivered'
import type { Task } from '../jobs.ts'
import { sweep } from './sweep.ts'
import { deleteOldMail } from './sweeps.queries.ts'

/** Whoever is only slow has a job still; an hour is for the act that is about to send it. */
const LOST_AFTER_SECONDS = 3600
const REQUEUED_MOST = 1000

/** Letters nobody looks at any more go; those that wait without a job get one. */
export async function sweepOutbox(task: Task): Promise<void> {
  await sweep(task, deleteOldMail)
  const requeued = await task.db
    .transaction()
    .execute((trx) => requeueLost(trx, task.boss, { olderThan: LOST_AFTER_SECONDS, most: REQUEUED_MOST }))
  if (requeued > 0) task.log.warn({ requeued }, 'letters had lost their jobs')
}
