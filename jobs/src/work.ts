import { errorFactsOf } from '@latchkey/db/error-facts'
import { openRedactor, type Redactor } from '@latchkey/db/redact'
import { JOB_NAMES, JOBS, type JobName, type JobPayload } from '@latchkey/shared/jobs'
import type { Deps } from './deps.ts'
import { type Failure, type Outcome, RECOVERIES, type Run, RUNS } from './jobs.ts'

/**
 * Takes every queue's jobs: payload checked, ids on the log line, a failure thrown on for the queue to try again. The
 * queue keeps in its table all that hangs on an error, a row that was refused too: it gets what the log gets.
 */
export async function startWork(deps: Deps): Promise<void> {
  const works = { ...deps, redactor: openRedactor(deps.env) }
  await deps.boss.start()
  for (const name of JOB_NAMES) if (name !== 'email.send') await take(works, name)
  await deps.gate.watch({
    async opened() {
      for (let hand = 0; hand < deps.env.JOBS_CONCURRENCY; hand += 1) await take(works, 'email.send')
    },
    closed: () => deps.boss.offWork('email.send', { wait: false }),
  })
}

/** Jobs announce themselves; polling finds those whose announcement was missed, and those that are to be tried again. */
const POLLING = { batchSize: 1, pollingIntervalSeconds: 2, notifyPollingIntervalSeconds: 2 } as const

type Works = Deps & { redactor: Redactor }
type Job = { id: string; retryCount: number; data: unknown }

async function take(works: Works, name: JobName): Promise<void> {
  let worker: string | undefined
  worker = await works.boss.work(name, { ...POLLING, perJobResults: true }, async ([job]) => {
    // Announcements that come during a job count as one, so whoever had a job looks for the next at once.
    if (worker) works.boss.notifyWorker(worker)
    return job ? [{ id: job.id, status: STATUS[await runOne(works, name, job)] }] : []
  })
}

const STATUS = { settled: 'completed', 'dead letter': 'deadletter' } as const

async function runOne<N extends JobName>(
  { redactor, ...deps }: Works,
  name: N,
  { data, ...job }: Job,
): Promise<Outcome> {
  const payload = JOBS[name].parse(data) as JobPayload<N>
  const log = deps.log.child({ job: name, job_id: job.id, request_id: payload.requestId })
  const task = { ...deps, log }
  const run: Run<N> = RUNS[name]
  const recover: ((one: typeof task, failure: Failure<N>) => Promise<Outcome>) | undefined = RECOVERIES[name]
  const tellable = (error: unknown) => Object.assign(new Error(), redactor.text(errorFactsOf(error)))
  try {
    await run(task, payload)
    log.info('done')
    return 'settled'
  } catch (error) {
    log.error({ err: error }, 'failed; it is tried again')
    const told = tellable(error)
    if (!recover) throw told
    return recover(task, { job: { ...job, payload }, error, told }).catch((another: unknown) => {
      throw tellable(another)
    })
  }
}
