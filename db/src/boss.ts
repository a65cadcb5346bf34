import { setTimeout as sleep } from 'node:timers/promises'
import { fromKysely, type JobWithMetadata, PgBoss, type Queue } from 'pg-boss'
import { BRAND } from '@latchkey/shared/brand'
import type { Env } from '@latchkey/shared/env'
import {
  DEAD_LETTERS,
  JOB_NAMES,
  JOBS,
  type JobName,
  type JobPayload,
  SCHEDULES,
} from '@latchkey/shared/jobs'
import type { Secret } from '@latchkey/shared/secret'
import type { Trx } from './database.ts'

export type Boss = PgBoss
export type BossRole = 'sends' | 'works' | 'installs'

/** About half an hour of patience. Who works on a job says so all the time: a job whose worker died is taken by the next. */
const QUEUE: Omit<Queue, 'name'> = {
  notify: true,
  retryLimit: 8,
  retryDelay: 5,
  retryBackoff: true,
  retryDelayMax: 900,
  expireInSeconds: 300,
  heartbeatSeconds: 30,
}

/**
 * How long a letter waits after a refusal is the worker's to say, who knows what kind of refusal it was. What stands here is
 * for a worker that died or lost its mail server in the middle: soon again, and often enough for a day of that.
 */
const MAIL_QUEUE: Omit<Queue, 'name'> = {
  ...QUEUE,
  retryLimit: 1000,
  retryDelay: 2,
  retryDelayMax: 60,
  deadLetter: DEAD_LETTERS,
}

const queueOf = (name: JobName): Omit<Queue, 'name'> => (name === 'email.send' ? MAIL_QUEUE : QUEUE)

/** A dead worker is noticed a heartbeat after it fell silent, and up to two of these later. */
const TENDING = { superviseIntervalSeconds: 10, monitorIntervalSeconds: 15 } as const

/** The server only sends, the worker works and tends the queues, `migrate` alone may change the schema. */
const ROLES = {
  sends: { migrate: false, supervise: false, schedule: false, useListenNotify: false },
  works: { migrate: false, supervise: true, schedule: true, useListenNotify: true, ...TENDING },
  installs: { migrate: true, supervise: false, schedule: false, useListenNotify: false },
} as const

const POOL = { sends: 2, works: 10, installs: 2 } as const

type BossOptions = {
  role: BossRole
  url: Secret
  /** It reports a lost database here, and ends the process when nobody listens. */
  onError: (error: Error) => void
}

export function makeBoss(env: Env, { role, url, onError }: BossOptions): Boss {
  const boss = new PgBoss({
    connectionString: url.reveal(),
    application_name: `${BRAND.slug}-boss-${role}`,
    max: POOL[role],
    connectionTimeoutMillis: env.DATABASE_CONNECT_TIMEOUT_MS,
    createSchema: role === 'installs',
    ...ROLES[role],
  })
  boss.on('error', onError)
  return boss
}

/** Queues must exist before the first send; what runs by the clock stands in the queue's own table. */
export async function installQueues(env: Env): Promise<void> {
  const boss = makeBoss(env, { role: 'installs', url: env.MIGRATION_DATABASE_URL, onError: () => {} })
  await boss.start()
  try {
    await boss.createQueue(DEAD_LETTERS)
    for (const name of JOB_NAMES) {
      await boss.createQueue(name, queueOf(name))
      await boss.updateQueue(name, queueOf(name))
    }
    await installSchedules(boss)
  } finally {
    await boss.stop({ graceful: false })
  }
}

async function installSchedules(boss: Boss): Promise<void> {
  for (const { name } of await boss.getSchedules())
    if (!Object.hasOwn(SCHEDULES, name)) await boss.unschedule(name)
  for (const [name, cron] of Object.entries(SCHEDULES))
    await boss.schedule(name, cron, { requestId: `schedule-${name}` })
}

/** The job stands or falls with the transaction. */
export async function sendIn<N extends JobName>(
  trx: Trx,
  boss: Boss,
  job: { name: N; payload: JobPayload<N>; priority?: number },
): Promise<string> {
  const payload = JOBS[job.name].parse(job.payload)
  await bringUp(boss)
  const id = await boss.send(job.name, payload, { db: fromKysely(trx), priority: job.priority ?? 0 })
  if (!id) throw new Error(`job ${job.name} was not taken`)
  return id
}

export async function findJob(boss: Boss, name: JobName, id: string): Promise<JobWithMetadata | null> {
  await bringUp(boss)
  return boss.getJobById(name, id)
}

/** Through the queue to a worker and back, as long as that may take. */
export async function pingWorker(
  boss: Boss,
  requestId: string,
  patienceMs: number,
): Promise<JobWithMetadata | null> {
  await bringUp(boss)
  const id = (await boss.send('jobs.ping', JOBS['jobs.ping'].parse({ requestId }))) ?? ''
  const giveUpAt = Date.now() + patienceMs
  for (;;) {
    const job = await boss.getJobById<object>('jobs.ping', id)
    if (!job || job.completedOn || Date.now() > giveUpAt) return job
    await sleep(100)
  }
}

/** Nothing to do once it runs. After a start without a database whoever asks first does this, or is told that it is away. */
const bringUp = (boss: Boss): Promise<unknown> => boss.start()
