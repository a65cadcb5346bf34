import { sendIn } from '@latchkey/db/boss'
import { pingInput, pingOutput, pingResult } from '@latchkey/shared/schemas/jobs'
import type { Ctx } from '../context.ts'
import { router, withRole } from '../trpc.ts'

/** Proves the way from here through the queue to the worker and back: send one, then ask for it. */
export const jobsRouter = router({
  ping: withRole('ADMIN')
    .output(pingOutput)
    .mutation(({ ctx }) => ping(ctx)),
  pingResult: withRole('ADMIN')
    .input(pingInput)
    .output(pingResult)
    .query(({ ctx, input }) => findPing(ctx, input.id)),
})

const ping = ({ db, boss, requestId }: Ctx) =>
  db.transaction().execute(async (trx) => ({
    id: await sendIn(trx, boss, { name: 'jobs.ping', payload: { requestId } }),
  }))

async function findPing({ boss }: Ctx, id: string) {
  const job = await boss.getJobById('jobs.ping', id)
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
