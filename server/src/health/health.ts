import { setTimeout as sleep } from 'node:timers/promises'
import type { Db } from '@latchkey/db/database'
import { type Pulse, takePulse } from '@latchkey/db/pulse'
import { type Health, healthOutput } from '@latchkey/shared/schemas/health'
import type { Ctx } from '../context.ts'
import { anyone, router } from '../trpc.ts'
import { VERSION } from '../version.ts'

/** Asks each time, so that it is true after an outage as well as before one. */
async function health({ db, redis, env }: Pick<Ctx, 'db' | 'redis' | 'env'>): Promise<Health> {
  const [{ isReachable: dbOk, workerSilentSeconds }, redisOk] = await Promise.all([
    pulseWithin(db, env.HEALTH_TIMEOUT_MS),
    redis ? redis.ping() : null,
  ])
  return {
    ok: dbOk,
    service: 'server',
    db_ok: dbOk,
    redis_ok: redisOk,
    jobs_ok: workerSilentSeconds === undefined ? null : workerSilentSeconds < SILENT_MOST_SECONDS,
    status: dbOk ? 'ok' : 'unavailable',
    timestamp: new Date().toISOString(),
    version: VERSION,
  }
}

/** Three times as long as a worker takes to be seen again. It takes no part in `ok`: people go on being served. */
const SILENT_MOST_SECONDS = 60

const NO_PULSE: Pulse = { isReachable: false, workerSilentSeconds: undefined }

async function pulseWithin(db: Db, milliseconds: number): Promise<Pulse> {
  const gaveUp = new AbortController()
  const tooLate = sleep(milliseconds, NO_PULSE, { signal: gaveUp.signal }).catch(() => NO_PULSE)
  return Promise.race([takePulse(db), tooLate]).finally(() => gaveUp.abort())
}

export const healthRouter = router({
  get: anyone.output(healthOutput).query(({ ctx }) => health(ctx)),
})
