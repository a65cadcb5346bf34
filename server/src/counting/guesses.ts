import { setTimeout as sleep } from 'node:timers/promises'
import type { Trx } from '@latchkey/db/database'
import type { Guessed, Limit, Limits } from '../limits.ts'
import type { PointsChange } from '@latchkey/db/rate-limits'
import { firstOf, inAll, type Store } from './counters.ts'

/** Who guesses, already hashed. `device` is there when it has signed in to this account before. */
export type Guesser = {
  address: string
  account: string
  device?: string | undefined
  /** Whether they have shown that they are no robot, where they had to. */
  isProved: boolean
}
export type Guesses = {
  /** A point of each budget, or why there is none: the address is told to wait or to prove itself, the account stays silent. */
  begin(kind: Guessed, guesser: Guesser): Promise<Grant | Refused>
  /** The owner says that it was them, or that they know: strangers may try again. */
  unlock(kind: Guessed, account: string): Promise<void>
}
export type Refused =
  | { refused: 'address'; retryAfterSeconds: number }
  | { refused: 'unproved'; by: 'address' | 'account' | 'degraded' }
  | Locked
/** To be judged all the same, against nobody's password, and then to be counted as a wrong guess is. */
export type Locked = { refused: 'account'; wrong(): Promise<{ locked: boolean }> }
export type GiveBack = (trx: Trx) => Promise<void>
export type Grant = {
  refused?: undefined
  right(): Promise<void>
  /** The same for a guess that some act was for, which gives the point back as its own last step. */
  rightFor<T>(act: (giveBack: GiveBack) => Promise<T>): Promise<T>
  /** Says whether this guess was the one that locked strangers out. */
  wrong(): Promise<{ locked: boolean }>
}

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

type Budget = Limit & { key: string }
type Seen = { failures: number; underWay: number; secondsLeft: number }

/** Failures are remembered in every store. The last one never forgets: it has the last word on how many there are. */
export function openGuesses(stores: Store[], limits: Limits['guesses']): Guesses {
  return { begin, unlock }

  async function begin(
    kind: Guessed,
    { address, account, device, isProved }: Guesser,
  ): Promise<Grant | Refused> {
    const { byAddress, byStranger, byDevice } = limits[kind]
    const here: Budget = { key: `${kind}:address:${address}`, ...byAddress }
    const there: Budget = device
      ? { key: `${kind}:device:${account}:${device}`, ...byDevice }
      : { key: strangersOf(kind, account), ...byStranger }

    const taken = await take([here, there])
    if (taken.spent === here) return { refused: 'address', retryAfterSeconds: taken.secondsLeft }
    const by = isProved ? undefined : whoMustProve(kind, taken)
    if (by) {
      // The point that a locked account was asked for stays with its lock.
      const unused = taken.spent ? [here] : [here, there]
      if (Date.now() < taken.until)
        await inAll([taken.store], ({ change }) => change(unused.map(changeBy(-1))))
      return { refused: 'unproved', by }
    }
    // A guess at a locked account is a wrong guess by this address, as every guess there is.
    if (taken.spent) return { refused: 'account', wrong: () => failAtLocked(taken.store, { here, there }) }
    const right = () => giveBack(taken, [here, there])
    return {
      right,
      async rightFor(act) {
        const { within } = taken.store
        // A step of the act only where it is a single statement: two would lock in an order that others do not keep.
        if (!within || !taken.wereClean || Date.now() >= taken.until) {
          await right()
          return act(async () => {})
        }
        try {
          return await act((trx) => within(trx).change([here, there].map(changeBy(-1))))
        } catch (error) {
          await right()
          throw error
        }
      },
      async wrong() {
        const [, failures] = await fail([here, there], taken.store)
        const isLocking = !device && failures === there.points
        if (isLocking) await lock(kind, account)
        return { locked: isLocking }
      },
    }
  }

  /** Looked at in the hand of a point, so that many at once cannot all be the third. */
  function whoMustProve(
    kind: Guessed,
    { store, failures: [atAddress = 0, atAccount = 0] }: Granted | Spent,
  ): 'address' | 'account' | 'degraded' | undefined {
    const { after, afterWhenDegraded } = limits[kind].proof
    if (atAddress >= after) return 'address'
    if (atAccount >= after) return 'account'
    const isDegraded = store !== stores[0]
    return isDegraded && Math.max(atAddress, atAccount) >= afterWhenDegraded ? 'degraded' : undefined
  }

  async function take(budgets: Budget[]): Promise<Granted | Spent> {
    for (let waited = 0; ; waited += WAIT_MS) {
      const { store, said } = await firstOf(stores, ({ add }) => add(budgets.map(changeBy(1))))
      const seen = said.map(seenIn)
      const until = Date.now() + Math.min(...seen.map(({ secondsLeft }) => secondsLeft)) * 1000
      const known = { store, until, failures: seen.map(({ failures }) => failures) }
      const full = budgets.findIndex((budget, at) => !hasRoom(budget, seen[at]))
      if (full < 0) return { ...known, wereClean: known.failures.every((count) => count === 0) }

      const [budget, { failures, secondsLeft }] = [budgets[full], seen[full] ?? NOTHING]
      const spent = budget && failures >= budget.points ? budget : undefined
      // It keeps its points until it was judged, as one does that is let try.
      if (spent && full > 0) return { ...known, spent, secondsLeft }
      await inAll([store], ({ change }) => change(budgets.map(changeBy(-1))))
      if (spent) return { ...known, spent, secondsLeft }
      if (waited < PATIENCE_MS) await sleep(WAIT_MS)
      else await forget(store, budget, seen[full])
    }
  }

  /** A right guess ends the account's row of wrong ones, and costs the address nothing. */
  async function giveBack(taken: Granted, [here, there]: [Budget, Budget]): Promise<void> {
    // What was counted is forgotten by itself when its time is over; given back then, it would be a point too many.
    const isInTime = Date.now() < taken.until
    const spent = taken.wereClean ? [here, there] : [here]
    if (isInTime) await inAll([taken.store], ({ change }) => change(spent.map(changeBy(-1))))
    if (!taken.wereClean || !isInTime) await inAll(stores, ({ clear }) => clear([there.key]))
  }

  /** Says how many have failed by now, of each. `taken` is where the point in hand came from. */
  async function fail(budgets: Budget[], taken: Store, spent?: Budget): Promise<number[]> {
    const counts = await inAll(stores, (store) => {
      const weight = store === taken ? FAILURE : FAILURE + 1
      return store.add(budgets.map((budget) => changeBy(budget === spent ? 0 : weight)(budget)))
    })
    const known = (counts.at(-1) ?? []).map(seenIn)
    for (const [at, budget] of budgets.entries()) {
      const { failures, secondsLeft } = known[at] ?? NOTHING
      // One that should not have been let through: the store in front has forgotten, and is told again.
      if (failures > budget.points) await spend(budget, secondsLeft)
    }
    return known.map(({ failures }) => failures)
  }

  /**
   * Asks the stores as often as any wrong guess does. The point that the account was asked for stays with its lock and
   * ends with it: given back to a lock that has ended meanwhile, it would be a point too many.
   */
  async function failAtLocked(taken: Store, { here, there }: { here: Budget; there: Budget }) {
    await fail([here, there], taken, there)
    return { locked: false }
  }

  /** Longer each time within a day. */
  async function lock(kind: Guessed, account: string): Promise<void> {
    const { byStranger, lockSeconds } = limits[kind]
    const change = { key: `${kind}:locks:${account}`, points: 1, seconds: byStranger.seconds }
    const counts = await inAll(stores, ({ add }) => add([change]))
    const nth = Math.max(...counts.flat().map(({ points }) => points))
    const seconds = lockSeconds[Math.min(nth, lockSeconds.length) - 1] ?? byStranger.seconds
    await spend({ key: strangersOf(kind, account), ...byStranger }, seconds)
  }

  async function unlock(kind: Guessed, account: string): Promise<void> {
    await inAll(stores, ({ clear }) => clear([strangersOf(kind, account)]))
  }

  async function spend({ key, points }: Budget, seconds: number): Promise<void> {
    await inAll(stores, ({ set }) => set(key, points * (FAILURE + 1), seconds))
  }
}

const NOTHING: Seen = { failures: 0, underWay: 0, secondsLeft: 1 }

type Known = { store: Store; until: number; failures: number[] }
type Granted = Known & { spent?: undefined; wereClean: boolean }
type Spent = Known & { spent: Budget; secondsLeft: number }

const strangersOf = (kind: Guessed, account: string): string => `${kind}:stranger:${account}`

const changeBy =
  (points: number) =>
  ({ key, seconds }: Budget): PointsChange => ({ key, points, seconds })

function seenIn({ points, secondsLeft }: { points: number; secondsLeft: number }): Seen {
  const failures = Math.max(0, Math.floor(points / FAILURE))
  return { failures, underWay: points - failures * FAILURE, secondsLeft }
}

const hasRoom = ({ points }: Budget, seen: Seen | undefined): boolean =>
  seen !== undefined && seen.failures < points && seen.underWay <= points

/** What is under way in there never ends; what failed for certain stays. */
async function forget(store: Store, budget: Budget | undefined, seen: Seen | undefined): Promise<void> {
  if (budget && seen)
    await inAll([store], ({ set }) => set(budget.key, seen.failures * (FAILURE + 1), seen.secondsLeft))
}
