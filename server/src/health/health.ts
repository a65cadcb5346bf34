import { setTimeout as sleep } from 'node:timers/promises'
import type { Db } from '@latchkey/db/database'
import { isReachable } from '@latchkey/db/open'
import { type Health, healthOutput } from '@latchkey/shared/schemas/health'
import type { Ctx } from '../context.ts'
import { anyone, router } from '../trpc.ts'
import { VERSION } from '../version.ts'

/** Asks each time, so that it is true after an outage as well as before one. */
async function health({ db, redis, env }: Pick<Ctx, 'db' | 'redis' | 'env'>): Promise<Health> {
  const [dbOk, redisOk] = await Promise.all([
    answersWithin(db, env.HEALTH_TIMEOUT_MS),
    redis ? redis.ping() : null,
  ])
  return {
    ok: dbOk,
    service: 'server',
    db_ok: dbOk,
    redis_ok: redisOk,
    status: dbOk ? 'ok' : 'unavailable',
    timestamp: new Date().toISOString(),
    version: VERSION,
  }
}

async function answersWithin(db: Db, milliseconds: number): Promise<boolean> {
  const gaveUp = new AbortController()
  const tooLate = sleep(milliseconds, false, { signal: gaveUp.signal }).catch(() => false)
  return Promise.race([isReachable(db), tooLate]).finally(() => gaveUp.abort())
}

export const healthRouter = router({
  get: anyone.output(healthOutput).query(({ ctx }) => health(ctx)),
})
