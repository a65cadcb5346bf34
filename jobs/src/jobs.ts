import type { JobName, JobPayload } from '@latchkey/shared/jobs'
import type { Deps } from './deps.ts'
import { sendOutbox } from './mail/send-outbox.ts'

export type Task = Pick<Deps, 'env' | 'db' | 'box' | 'log'>
export type Run<N extends JobName> = (task: Task, payload: JobPayload<N>) => Promise<void>

/** One line a job. A throw means: again, later. */
export const RUNS: { [N in JobName]: Run<N> } = {
  'email.send': sendOutbox,
  'jobs.ping': async () => {},
}
