import { JOB_NAMES, JOBS, type JobName, type JobPayload } from '@latchkey/shared/jobs'
import type { Deps } from './deps.ts'
import { type Run, RUNS } from './jobs.ts'

/** Takes every queue's jobs: payload checked, ids on the log line, a failure thrown on for the queue to try again. */
export async function startWork(deps: Deps): Promise<void> {
  await deps.boss.start()
  for (const name of JOB_NAMES)
    await deps.boss.work(name, { batchSize: 1, pollingIntervalSeconds: POLL_SECONDS }, async ([job]) => {
      if (job) await runOne(deps, name, job)
    })
}

/** Jobs announce themselves; polling finds those whose announcement was missed. */
const POLL_SECONDS = 5

async function runOne<N extends JobName>(
  deps: Deps,
  name: N,
  job: { id: string; data: unknown },
): Promise<void> {
  const payload = JOBS[name].parse(job.data) as JobPayload<N>
  const log = deps.log.child({ job: name, job_id: job.id, request_id: payload.requestId })
  const run: Run<N> = RUNS[name]
  try {
    await run({ ...deps, log }, payload)
    log.info('done')
  } catch (error) {
    log.error({ err: error }, 'failed; the queue tries again')
    throw error
  }
}
