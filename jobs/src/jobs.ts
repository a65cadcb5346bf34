import type { JobName, JobPayload } from '@latchkey/shared/jobs'
import type { Deps } from './deps.ts'
import { sendOutbox } from './mail/send-outbox.ts'
import { sweep } from './sweeps/sweep.ts'
import {
  deleteDeadTokens,
  deleteEndedSessions,
  deleteForgottenDevices,
  deleteOldCounters,
} from './sweeps/sweeps.queries.ts'

export type Task = Pick<Deps, 'env' | 'db' | 'box' | 'log'>
export type Run<N extends JobName> = (task: Task, payload: JobPayload<N>) => Promise<void>

/** One line a job. A throw means: again, later. */
export const RUNS: { [N in JobName]: Run<N> } = {
  'email.send': sendOutbox,
  'jobs.ping': async () => {},
  'sweep.sessions': (task) => sweep(task, deleteEndedSessions),
  'sweep.tokens': (task) => sweep(task, deleteDeadTokens),
  'sweep.counters': (task) => sweep(task, deleteOldCounters),
  'sweep.devices': (task) => sweep(task, deleteForgottenDevices),
}
