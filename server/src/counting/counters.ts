import type pg from 'pg'
import { type RateLimiterAbstract, RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible'
import type { Limit } from '../limits.ts'

/** Points by key, taken atomically, the same for every process. A refusal says how long to wait. */
export type Counter = {
  take(key: string): Promise<Refusal | undefined>
  giveBack(key: string): Promise<void>
  /** One more, whether there is room or not; says how many there are now. */
  add(key: string): Promise<number>
  /** Starts the time of a key without counting: two counters that are begun together end together. */
  begin(key: string): Promise<void>
  taken(key: string): Promise<number>
  block(key: string, seconds: number): Promise<void>
  clear(key: string): Promise<void>
}
export type Refusal = { retryAfterSeconds: number }
export type MakeCounter = (name: string, limit: Limit) => Counter

/** The table is a migration of ours (`0006_counting`), in the shape that the library asks for. */
export const countersIn =
  (pool: pg.Pool): MakeCounter =>
  (name, { points, seconds }) =>
    counterOn(
      new RateLimiterPostgres({
        points,
        duration: seconds,
        keyPrefix: name,
        storeClient: pool,
        tableName: 'rate_limits',
        tableCreated: true,
        clearExpiredByTimeout: true,
      }),
    )

const counterOn = (limiter: RateLimiterAbstract): Counter => ({
  async take(key) {
    try {
      await limiter.consume(key)
      return undefined
    } catch (refused) {
      if (!(refused instanceof RateLimiterRes)) throw refused
      // The library counts a refused try as well; taken back, so that a point given back later is free again.
      await limiter.reward(key)
      return { retryAfterSeconds: Math.max(1, Math.ceil(refused.msBeforeNext / 1000)) }
    }
  },
  giveBack: async (key) => void (await limiter.reward(key)),
  add: async (key) => (await limiter.penalty(key)).consumedPoints,
  begin: async (key) => void (await limiter.penalty(key, 0)),
  taken: async (key) => (await limiter.get(key))?.consumedPoints ?? 0,
  block: async (key, seconds) => void (await limiter.block(key, seconds)),
  clear: async (key) => void (await limiter.delete(key)),
})
