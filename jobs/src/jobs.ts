import type { JobName, JobPayload } from '@latchkey/shared/jobs'
import type { Deps } from './deps.ts'
import { putOff } from './mail/put-off.ts'
import { sendOutbox } from './mail/send-outbox.ts'
import { sweep } from './sweeps/sweep.ts'
import { sweepOutbox } from './sweeps/sweep-outbox.ts'
import {
  deleteDeadTokens,
  deleteEndedSessions,
  deleteForgottenDevices,
  deleteOldCounters,
} from './sweeps/sweeps.queries.ts'

export type Task = Pick<Deps, 'env' | 'db' | 'boss' | 'box' | 'log' | 'smtp' | 'gate'>
export type Run<N extends JobName> = (task: Task, payload: JobPayload<N>) => Promise<void>

/** One line a job. A throw means: again, later. */
export const RUNS: { [N in JobName]: Run<N> } = {
  'email.send': sendOutbox,
  'jobs.ping': async () => {},
  'sweep.sessions': (task) => sweep(task, deleteEndedSessions),
  'sweep.tokens': (task) => sweep(task, deleteDeadTokens),
  'sweep.counters': (task) => sweep(task, deleteOldCounters),
  'sweep.devices': (task) => sweep(task, deleteForgottenDevices),
  'sweep.outbox': sweepOutbox,
}

export type Failure<N extends JobName> = {
  job: { id: string; retryCount: number; payload: JobPayload<N> }
  error: unknown
  /** What the queue may keep of it. */
  told: Error
}
/** A dead letter waits for somebody to look at it; what is settled has been seen to. */
export type Outcome = 'settled' | 'dead letter'
type Recover<N extends JobName> = (task: Task, failure: Failure<N>) => Promise<Outcome>

/** Where a failure means something else than: again, later. */
export const RECOVERIES: { [N in JobName]?: Recover<N> } = { 'email.send': putOff }
