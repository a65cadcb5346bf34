import { z } from 'zod'

/** Where server and jobs meet: a job's name and what it carries. Ids only; never a token, a code or a body. */
export const JOBS = {
  'email.send': z.strictObject({ outboxId: z.uuid(), requestId: z.string() }),
  'jobs.ping': z.strictObject({ requestId: z.string() }),
} as const

export type JobName = keyof typeof JOBS
export type JobPayload<N extends JobName> = z.infer<(typeof JOBS)[N]>
export const JOB_NAMES = Object.keys(JOBS) as JobName[]
