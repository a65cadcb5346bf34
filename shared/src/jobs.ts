import { z } from 'zod'

const asked = z.strictObject({ requestId: z.string() })

/** Where server and jobs meet: a job's name and what it carries. Ids only; never a token, a code or a body. */
export const JOBS = {
  'email.send': z.strictObject({ outboxId: z.uuid(), requestId: z.string() }),
  'jobs.ping': asked,
  'sweep.sessions': asked,
  'sweep.tokens': asked,
  'sweep.counters': asked,
  'sweep.devices': asked,
  'sweep.outbox': asked,
} as const

export type JobName = keyof typeof JOBS
export type JobPayload<N extends JobName> = z.infer<(typeof JOBS)[N]>
export const JOB_NAMES = Object.keys(JOBS) as JobName[]

/** Where the queue puts the letters that were given up, for somebody to look at. Nobody works on it. */
export const DEAD_LETTERS = 'email.dead'

/** What the queue starts by itself, in the order of cron: minute, hour, day, month, weekday; UTC. */
export const SCHEDULES: Partial<Record<JobName, string>> = {
  'sweep.sessions': '7 * * * *',
  'sweep.tokens': '17 * * * *',
  'sweep.counters': '27 * * * *',
  'sweep.devices': '37 3 * * *',
  'sweep.outbox': '47 * * * *',
}
