import type { Db, Trx } from '@latchkey/db/database'
import {
  addPoints,
  changePoints,
  clearPoints,
  type PointsChange,
  type PointsCount,
  setPoints,
} from '@latchkey/db/rate-limits'
import { RateLimiterRedis } from 'rate-limiter-flexible'
import { type Redis, RedisAway } from '../redis.ts'

/** Points by key, changed atomically; where they are kept, every process sees the same. One that is away throws. */
export type Store = {
  /** Says of each, in the order asked, how many there are now, and for how long. */
  add(changes: PointsChange[]): Promise<PointsCount[]>
  /** The same, where nobody wants to know. */
  change(changes: PointsChange[]): Promise<void>
  set(key: string, points: number, seconds: number): Promise<void>
  clear(keys: string[]): Promise<void>
  /** The same store as a part of an act, where it can be one. */
  within?(trx: Trx): Store
}

/** Where guesses and calls are counted, in the order in which they are asked. */
export const storesOf = (db: Db, redis: Redis | undefined): Store[] => [
  ...(redis ? [inRedis(redis)] : []),
  inPostgres(db),
]

/** The library only counts; who asks knows the limit. */
const ANY = { points: Number.MAX_SAFE_INTEGER, duration: 1, keyPrefix: '' } as const

function inRedis({ client, inTime }: Redis): Store {
  const limiter = new RateLimiterRedis({ ...ANY, storeClient: client, rejectIfRedisNotReady: true })

  async function addOne({ key, points, seconds }: PointsChange): Promise<PointsCount> {
    const { consumedPoints, msBeforeNext } = await limiter.penalty(key, points, { customDuration: seconds })
    // What is no number is more than no limit there is.
    if (!Number.isInteger(consumedPoints)) throw new Error('Redis did not say how many there are')
    return { points: consumedPoints, secondsLeft: Math.max(1, Math.ceil(msBeforeNext / 1000)) }
  }

  return {
    add: (changes) => inTime(() => Promise.all(changes.map(addOne))),
    change: (changes) => inTime(async () => void (await Promise.all(changes.map(addOne)))),
    set: (key, points, seconds) => inTime(async () => void (await limiter.set(key, points, seconds))),
    clear: (keys) => inTime(async () => void (await Promise.all(keys.map((key) => limiter.delete(key))))),
  }
}

/** All changes of one step are one statement. */
const inPostgres = (db: Db): Store => ({
  add: (changes) => addPoints(db, changes),
  change: (changes) => changePoints(db, changes),
  set: (key, points, seconds) => setPoints(db, { key, points, seconds }),
  clear: (keys) => clearPoints(db, keys),
  within: inPostgres,
})

/** The first store that answers, and what it says. */
export async function firstOf<T>(
  stores: Store[],
  ask: (store: Store) => Promise<T>,
): Promise<{ store: Store; said: T }> {
  for (const store of stores) {
    const said = await ask(store).catch(unlessAway)
    if (said !== undefined) return { store, said }
  }
  throw new RedisAway('no store answers')
}

/** All of them at once; what those say that are not away, in their order. */
export async function inAll<T>(stores: Store[], ask: (store: Store) => Promise<T>): Promise<T[]> {
  const said = await Promise.all(stores.map((store) => ask(store).catch(unlessAway)))
  return said.filter((one) => one !== undefined)
}

function unlessAway(error: unknown): undefined {
  if (!(error instanceof RedisAway)) throw error
}
