import { setTimeout as sleep } from 'node:timers/promises'
import type { Guessed, GuessLimits, Limit, Limits } from '../limits.ts'
import { type Counter, firstOf, inAll, type Store } from './counters.ts'

/** Who guesses, already hashed. `device` is there when it has signed in to this account before. */
export type Guesser = { address: string; account: string; device?: string | undefined }
export type Guesses = {
  /** A point of each budget, or why there is none: the address is told to wait, the account stays silent. */
  begin(kind: Guessed, guesser: Guesser): Promise<Grant | Refused>
  /** The owner says that it was them, or that they know: strangers may try again. */
  unlock(kind: Guessed, account: string): Promise<void>
}
export type Refused = { refused: 'address'; retryAfterSeconds: number } | { refused: 'account' }
export type Grant = {
  refused?: undefined
  right(): Promise<void>
  /** Says whether this guess was the one that locked strangers out. */
  wrong(): Promise<{ locked: boolean }>
}

export function openGuesses(stores: Store[], limits: Limits['guesses']): Guesses {
  const budgets = Object.fromEntries(
    Object.entries(limits).map(([kind, limit]) => [kind, budgetsOf(kind, limit, stores)]),
  ) as Record<Guessed, ReturnType<typeof budgetsOf>>

  return {
    async begin(kind, { address, account, device }) {
      const { byAddress, byStranger, byDevice, lock } = budgets[kind]
      const here = await byAddress.take(address)
      if ('refused' in here) return { refused: 'address', retryAfterSeconds: here.secondsLeft }
      const budget = device ? byDevice : byStranger
      const key = device ? `${account}:${device}` : account
      const there = await budget.take(key)
      if ('refused' in there) {
        // A guess at a locked account is a wrong guess by this address, as every guess there is.
        await here.fail()
        return { refused: 'account' }
      }
      return {
        right: async () => void (await Promise.all([here.giveBack(), budget.clear(key)])),
        async wrong() {
          const [{ isLast }] = await Promise.all([there.fail(), here.fail()])
          if (!isLast || device) return { locked: false }
          await lock(account)
          return { locked: true }
        },
      }
    },
    unlock: (kind, account) => budgets[kind].byStranger.clear(account),
  }
}

function budgetsOf(kind: string, limits: GuessLimits, stores: Store[]) {
  const { byAddress, byStranger, byDevice, lockSeconds } = limits
  const stranger = openBudget(`${kind}:stranger`, byStranger, stores)
  const locks = stores.map((store) => store(`${kind}:locks`, byStranger.seconds))

  /** Longer each time within a day. */
  async function lock(account: string): Promise<void> {
    const counts = await inAll(locks, ({ add }) => add(account, 1))
    const nth = Math.max(...counts.map(({ points }) => points))
    await stranger.spend(account, lockSeconds[Math.min(nth, lockSeconds.length) - 1] ?? byStranger.seconds)
  }

  return {
    byAddress: openBudget(`${kind}:address`, byAddress, stores),
    byStranger: stranger,
    byDevice: openBudget(`${kind}:device`, byDevice, stores),
    lock,
  }
}

type Point = { giveBack(): Promise<void>; fail(): Promise<{ isLast: boolean }> }
type Spent = { refused: true; secondsLeft: number }

/**
 * One number holds two: guesses that are under way or failed, and, each weighing this much more, those that failed for
 * certain. Whoever finds no point left while others are still under way waits for them, because one that turns out
 * right gives its point back. So parallel right guesses are free, and parallel wrong ones are exact.
 */
const FAILURE = 100_000
/** A fraction of a hash. */
const WAIT_MS = 25
/** Longer than any hash takes: somebody took a point and died with it. */
const PATIENCE_MS = 5000

const failuresIn = (points: number): number => Math.max(0, Math.floor(points / FAILURE))

/**
 * Failures are remembered in every store. The last one never forgets: it says how many there are, and goes on where
 * the one in front went away.
 */
function openBudget(name: string, { points: most, seconds }: Limit, stores: Store[]) {
  const counters = stores.map((store) => store(name, seconds))

  async function take(key: string): Promise<Point | Spent> {
    for (let waited = 0; ; waited += WAIT_MS) {
      const { counter, points, secondsLeft } = await firstOf(counters, (each) => each.add(key, 1))
      const failures = failuresIn(points)
      const hasRoom = failures < most && points - failures * FAILURE <= most
      if (hasRoom) return pointOf(counter, key, Date.now() + secondsLeft * 1000)
      await inAll([counter], ({ add }) => add(key, -1))
      if (failures >= most) return { refused: true, secondsLeft }
      if (waited < PATIENCE_MS) await sleep(WAIT_MS)
      else await inAll([counter], ({ set }) => set(key, failures * (FAILURE + 1), secondsLeft))
    }
  }

  const pointOf = (taken: Counter, key: string, until: number): Point => ({
    async giveBack() {
      // What was counted is forgotten by itself when its time is over; given back then, it would be a point too many.
      if (Date.now() < until) await inAll([taken], ({ add }) => add(key, -1))
    },
    async fail() {
      const counts = await inAll(counters, (counter) =>
        counter.add(key, counter === taken ? FAILURE : FAILURE + 1),
      )
      const known = counts.at(-1) ?? { points: 0, secondsLeft: seconds }
      const failures = failuresIn(known.points)
      // One that should not have been let through: the store in front has forgotten, and is told again.
      if (failures > most) await spend(key, known.secondsLeft)
      return { isLast: failures === most }
    },
  })

  async function spend(key: string, forSeconds: number): Promise<void> {
    await inAll(counters, ({ set }) => set(key, most * (FAILURE + 1), forSeconds))
  }

  return {
    take,
    spend,
    clear: async (key: string) => void (await inAll(counters, ({ clear }) => clear(key))),
  }
}
