import { errorFactsOf } from '@latchkey/db/error-facts'
import { openRedactor, type Redactor } from '@latchkey/db/redact'
import { JOB_NAMES, JOBS, type JobName, type JobPayload } from '@latchkey/shared/jobs'
import type { Deps } from './deps.ts'
import { type Run, RUNS } from './jobs.ts'

/**
 * Takes every queue's jobs: payload checked, ids on the log line, a failure thrown on for the queue to try again. The
 * queue keeps in its table all that hangs on an error, a row that was refused too: it gets what the log gets.
 */
export async function startWork(deps: Deps): Promise<void> {
  const redactor = openRedactor(deps.env)
  await deps.boss.start()
  for (const name of JOB_NAMES) {
    let worker: string | undefined
    worker = await deps.boss.work(name, POLLING, async ([job]) => {
      // Announcements that come during a job count as one, so whoever had a job looks for the next at once.
      if (worker) deps.boss.notifyWorker(worker)
      if (job) await runOne({ ...deps, redactor }, name, job)
    })
  }
}

/** Jobs announce themselves; polling finds those whose announcement was missed, and those that are to be tried again. */
const POLLING = { batchSize: 1, pollingIntervalSeconds: 5, notifyPollingIntervalSeconds: 5 } as const

async function runOne<N extends JobName>(
  { redactor, ...deps }: Deps & { redactor: Redactor },
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
    throw Object.assign(new Error(), redactor.text(errorFactsOf(error)))
  }
}
