import type { Task } from '../jobs.ts'
import type { DeleteBatch } from './sweeps.queries.ts'

/** Small enough that no statement holds many rows for long. */
const BATCH = 5000
/** What is more than this waits for the next run, well before the queue would take the job for lost. */
const BATCHES_MOST = 100

/** Deletes what nobody needs any more. Each batch is a transaction: ended half-way, the next run goes on from there. */
export async function sweep({ db, log }: Pick<Task, 'db' | 'log'>, deleteBatch: DeleteBatch): Promise<void> {
  let deleted = 0
  for (let batch = 1; batch <= BATCHES_MOST; batch += 1) {
    const count = Number(await deleteBatch(db, BATCH))
    deleted += count
    if (count < BATCH) break
  }
  log.info({ deleted }, 'swept')
}
