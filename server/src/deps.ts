import type { Logger } from 'pino'
import { type Boss, makeBoss } from '@latchkey/db/boss'
import type { Db } from '@latchkey/db/database'
import { dbOn, openPool } from '@latchkey/db/open'
import { openPasswordBook, type OpenedBook } from '@latchkey/db/password-book'
import { openSecretBox, type SecretBox } from '@latchkey/db/secret-box'
import type { Env } from '@latchkey/shared/env'
import { openPasswords, type Passwords } from './auth/password.ts'
import { type Bursts, openBursts } from './captcha/bursts.ts'
import { type Captcha, openCaptcha } from './captcha/captcha.ts'
import { openTurnstile } from './captcha/turnstile.ts'
import { type Calls, openCalls } from './counting/calls.ts'
import { storesOf } from './counting/counters.ts'
import { type Guesses, openGuesses } from './counting/guesses.ts'
import type { Leaving } from './health/leaving.ts'
import { type Metrics, openMetrics } from './health/metrics.ts'
import { noteLimiter } from './counting/note-limiter.ts'
import { limitsOf } from './limits.ts'
import { openRedis, type Redis } from './redis.ts'

/** What lives as long as the process. */
export type Deps = {
  env: Env
  db: Db
  boss: Boss
  box: SecretBox
  passwords: Passwords
  passwordBook: OpenedBook
  redis: Redis | undefined
  guesses: Guesses
  calls: Calls
  captcha: Captcha
  bursts: Bursts
  metrics: Metrics
  leaving: Leaving
  log: Logger
}

export async function openDeps(env: Env, log: Logger): Promise<Deps> {
  const passwordBook = await openPasswordBook(env)
  const pool = openPool(env, {
    url: env.DATABASE_URL,
    as: 'server',
    onLost: (error) => log.warn({ err: error }, 'a database connection was lost'),
  })
  const boss = makeBoss(env, {
    role: 'sends',
    url: env.DATABASE_URL,
    onError: (error) => log.warn({ err: error }, 'the queue has trouble with the database'),
  })
  const db = dbOn(pool)
  const redis = await openRedis(env, log, (isAway) => noteLimiter(db, log, isAway))
  const stores = storesOf(db, redis)
  const limits = limitsOf(env)
  return {
    env,
    db,
    boss,
    box: openSecretBox(env),
    passwords: await openPasswords(env),
    passwordBook,
    redis,
    guesses: openGuesses(stores, limits.guesses),
    calls: openCalls(env, stores, limits),
    captcha: openCaptcha(env, stores, openTurnstile(env, log)),
    bursts: openBursts(env, stores, limits.bursts),
    metrics: openMetrics(redis),
    leaving: { hasBegun: false },
    log,
  }
}

export async function closeDeps({ db, boss, redis }: Deps): Promise<void> {
  await boss.stop({ graceful: false })
  await db.destroy()
  redis?.close()
}
