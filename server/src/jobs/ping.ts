import { findJob, sendIn } from '@latchkey/db/boss'
import type { Ctx } from '../context.ts'

/** Proves the way from here through the queue to the worker and back: send one, then ask for it. */
export const ping = ({ db, boss, requestId }: Ctx): Promise<{ id: string }> =>
  db.transaction().execute(async (trx) => ({
    id: await sendIn(trx, boss, { name: 'jobs.ping', payload: { requestId } }),
  }))

export async function findPing({ boss }: Ctx, id: string) {
  const job = await findJob(boss, 'jobs.ping', id)
  return {
    state: job ? STATES[job.state] : 'unknown',
    doneAt: job?.completedOn?.toISOString() ?? null,
  } as const
}

const STATES = {
  created: 'waiting',
  retry: 'waiting',
  active: 'waiting',
  completed: 'done',
  cancelled: 'failed',
  failed: 'failed',
} as const
