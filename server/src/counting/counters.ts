import type pg from 'pg'
import {
  type RateLimiterAbstract,
  RateLimiterMemory,
  RateLimiterPostgres,
  RateLimiterRedis,
} from 'rate-limiter-flexible'
import { type Redis, RedisAway } from '../redis.ts'

/** Points by key, changed atomically; where they are kept, every process sees the same. */
export type Counter = {
  /** Says how many there are now, and for how long. */
  add(key: string, points: number): Promise<Count>
  set(key: string, points: number, seconds: number): Promise<void>
  clear(key: string): Promise<void>
}
export type Count = { points: number; secondsLeft: number }

/** A place to count in. One that is away throws, and the next one is asked. */
export type Store = (name: string, seconds: number) => Counter

/** Where guesses and calls are counted, in the order in which they are asked. */
export const storesOf = (pool: pg.Pool, redis: Redis | undefined): Store[] => [
  ...(redis ? [inRedis(redis)] : []),
  inPostgres(pool),
]

/** For what no store should hear of. */
export const inMemory: Store = (keyPrefix, duration) =>
  counterOn(new RateLimiterMemory({ ...ANY, keyPrefix, duration }))

const inRedis =
  ({ client, inTime }: Redis): Store =>
  (keyPrefix, duration) => {
    const { add, set, clear } = counterOn(
      new RateLimiterRedis({ ...ANY, keyPrefix, duration, storeClient: client, rejectIfRedisNotReady: true }),
    )
    return {
      add: (key, points) => inTime(() => add(key, points)),
      set: (key, points, seconds) => inTime(() => set(key, points, seconds)),
      clear: (key) => inTime(() => clear(key)),
    }
  }

/** The table is a migration of ours (`0006_counting`), in the shape that the library asks for; the worker sweeps it. */
const inPostgres =
  (pool: pg.Pool): Store =>
  (keyPrefix, duration) =>
    counterOn(
      new RateLimiterPostgres({
        ...ANY,
        keyPrefix,
        duration,
        storeClient: pool,
        tableName: 'rate_limits',
        tableCreated: true,
        clearExpiredByTimeout: false,
      }),
    )

/** The library only counts; who asks knows the limit. */
const ANY = { points: Number.MAX_SAFE_INTEGER } as const

const counterOn = (limiter: RateLimiterAbstract): Counter => ({
  async add(key, points) {
    const { consumedPoints, msBeforeNext } = await limiter.penalty(key, points)
    return { points: consumedPoints, secondsLeft: Math.max(1, Math.ceil(msBeforeNext / 1000)) }
  },
  set: async (key, points, seconds) => void (await limiter.set(key, points, seconds)),
  clear: async (key) => void (await limiter.delete(key)),
})

/** The first store that answers, and what it says. */
export async function firstOf<T extends object>(
  counters: Counter[],
  ask: (counter: Counter) => Promise<T>,
): Promise<T & { counter: Counter }> {
  for (const counter of counters) {
    const answer = await ask(counter).catch(unlessAway)
    if (answer) return { ...answer, counter }
  }
  throw new RedisAway('no store answers')
}

/** All of them at once; what those say that are not away, in their order. */
export async function inAll<T>(counters: Counter[], ask: (counter: Counter) => Promise<T>): Promise<T[]> {
  const answers = await Promise.all(counters.map((counter) => ask(counter).catch(unlessAway)))
  return answers.filter((answer) => answer !== undefined)
}

function unlessAway(error: unknown): undefined {
  if (!(error instanceof RedisAway)) throw error
}
