import { setTimeout as sleep } from 'node:timers/promises'
import type { Trx } from '@latchkey/db/database'
import type { Guessed, Limit, Limits, Rung } from '../limits.ts'
import type { PointsChange, PointsCount } from '@latchkey/db/rate-limits'
import { firstOf, inAll, type Store } from './counters.ts'

/** Who guesses, already hashed. `device` is there when it has signed in to this account before. */
export type Guesser = {
  address: string
  account: string
  device?: string | undefined
  /** What they have shown of not being a robot. `unattended`: work, while nobody can ask for more. */
  proved?: Rung | 'unattended' | undefined
}
export type Guesses = {
  /** A point of each budget, or why there is none: the address is told to wait or to prove itself, the account stays silent. */
  begin(kind: Guessed, guesser: Guesser): Promise<Grant | Refused>
  /** The owner says that it was them, or that they know: strangers may try again. */
  unlock(kind: Guessed, account: string): Promise<void>
}
export type Refused = RefusedAddress | { refused: 'unproved'; wanted: Wanted } | Locked
export type RefusedAddress = { refused: 'address'; retryAfterSeconds: number; isForTheDay: boolean }
type Wanted = { rung: Rung; because: 'address' | 'account' | 'degraded' }
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
/** Failures of a day. A guess only looks at it; a failure adds to it. */
type Tally = { key: string; seconds: number }
type Seen = { failures: number; underWay: number; secondsLeft: number }

/** Failures are remembered in every store. The last one never forgets: it has the last word on how many there are. */
export function openGuesses(stores: Store[], limits: Limits['guesses']): Guesses {
  return { begin, unlock }

  async function begin(
    kind: Guessed,
    { address, account, device, proved }: Guesser,
  ): Promise<Grant | Refused> {
    const { byAddress, byStranger, byDevice, byDay } = limits[kind]
    const here: Budget = { key: `${kind}:address:${address}`, ...byAddress }
    const there: Budget = device
      ? { key: `${kind}:device:${account}:${device}`, ...byDevice }
      : { key: strangersOf(kind, account), ...byStranger }
    const budgets = [here, there]
    const days: Tally[] = device
      ? []
      : [
          { key: `${kind}:address-day:${address}`, seconds: byDay.seconds },
          { key: dayOf(kind, account), seconds: byDay.seconds },
        ]

    const taken = await take(budgets, days)
    if (taken.spent === here)
      return { refused: 'address', retryAfterSeconds: taken.secondsLeft, isForTheDay: false }
    const refusal = refusalOf(kind, taken, proved)
    if (refusal) {
      // The point that a locked account was asked for stays with its lock.
      const unused = taken.spent ? [here] : budgets
      if (Date.now() < taken.until)
        await inAll([taken.store], ({ change }) => change(unused.map(changeBy(-1))))
      return refusal
    }
    // A guess at a locked account is a wrong guess by this address, as every guess there is.
    if (taken.spent) {
      const wrong = async () => (await fail([here, there], days.slice(0, 1), taken), { locked: false })
      return { refused: 'account', wrong }
    }
    const right = () => giveBack(taken, { here, there, day: days[1] })
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
          return await act((trx) => within(trx).change(budgets.map(changeBy(-1))))
        } catch (error) {
          await right()
          throw error
        }
      },
      async wrong() {
        const { failures, today } = await fail(budgets, days, taken)
        const [, dayThere] = today
        const isOver = dayThere?.points === byDay.points
        const isLocking = !device && (failures[1] === there.points || isOver)
        if (isLocking) await lock(kind, account, isOver ? dayThere.secondsLeft : 0)
        return { locked: isLocking }
      },
    }
  }

  /** Looked at in the hand of a point, so that many at once cannot all be the third. */
  function refusalOf(kind: Guessed, taken: Granted | Spent, proved: Guesser['proved']): Refused | undefined {
    const { byDay, byDayUnattended } = limits[kind]
    const [address] = taken.today
    if (address && address.points >= (proved === 'unattended' ? byDayUnattended : byDay).points)
      return { refused: 'address', retryAfterSeconds: address.secondsLeft, isForTheDay: true }
    const wanted = wantedOf(kind, taken)
    const isShown = wanted && proved && REACHED[wanted.rung].includes(proved)
    return wanted && !isShown ? { refused: 'unproved', wanted } : undefined
  }

  /** The hardest first. */
  function wantedOf(
    kind: Guessed,
    { store, failures: [atAddress = 0, atAccount = 0], today }: Granted | Spent,
  ): Wanted | undefined {
    const { after, afterWhenDegraded, afterToday } = limits[kind].proof
    const [addressToday = 0, accountToday = 0] = today.map(({ points }) => points)
    const isDegraded = store !== stores[0]
    const signs: [Rung, Wanted['because'], boolean][] = [
      ['person', 'address', addressToday >= afterToday.person],
      ['person', 'account', accountToday >= afterToday.person],
      ['work', 'address', atAddress >= after || addressToday >= afterToday.work],
      ['work', 'account', atAccount >= after || accountToday >= afterToday.work],
      ['work', 'degraded', isDegraded && Math.max(atAddress, atAccount) >= afterWhenDegraded],
    ]
    const sign = signs.find(([, , isThere]) => isThere)
    return sign && { rung: sign[0], because: sign[1] }
  }

  async function take(budgets: Budget[], days: Tally[]): Promise<Granted | Spent> {
    const changes = [...budgets.map(changeBy(1)), ...days.map(changeBy(0))]
    for (let waited = 0; ; waited += WAIT_MS) {
      const { store, said } = await firstOf(stores, ({ add }) => add(changes))
      const seen = said.slice(0, budgets.length).map(seenIn)
      const today = said.slice(budgets.length)
      const until = Date.now() + Math.min(...seen.map(({ secondsLeft }) => secondsLeft)) * 1000
      const known = { store, until, failures: seen.map(({ failures }) => failures), today }
      const full = budgets.findIndex((budget, at) => !hasRoom(budget, seen[at]))
      const isClean = known.failures.every((count) => count === 0) && !today[1]?.points
      if (full < 0) return { ...known, wereClean: isClean }

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

  /** A right guess ends the account's rows of wrong ones, and costs the address nothing. */
  async function giveBack(taken: Granted, { here, there, day }: Places): Promise<void> {
    // What was counted is forgotten by itself when its time is over; given back then, it would be a point too many.
    const isInTime = Date.now() < taken.until
    const spent = taken.wereClean ? [here, there] : [here]
    if (isInTime) await inAll([taken.store], ({ change }) => change(spent.map(changeBy(-1))))
    if (!taken.wereClean || !isInTime) {
      const ended = [there, ...(day ? [day] : [])].map(({ key }) => key)
      await inAll(stores, ({ clear }) => clear(ended))
    }
  }

  /**
   * Says how many have failed by now, of each, in the same words as asked. Asks the stores as often at a locked account
   * as at any other. The point that a locked one was asked for stays with its lock and ends with it: given back to a
   * lock that has ended meanwhile, it would be a point too many.
   */
  async function fail(budgets: Budget[], days: Tally[], { store: taken, spent }: Granted | Spent) {
    const counts = await inAll(stores, (store) => {
      const weight = store === taken ? FAILURE : FAILURE + 1
      const failures = budgets.map((budget) => changeBy(budget === spent ? 0 : weight)(budget))
      return store.add([...failures, ...days.map(changeBy(1))])
    })
    const known = counts.at(-1) ?? []
    const seen = known.slice(0, budgets.length).map(seenIn)
    const today = known.slice(budgets.length)
    for (const [at, budget] of budgets.entries()) {
      const { failures, secondsLeft } = seen[at] ?? NOTHING
      // One that should not have been let through: the store in front has forgotten, and is told again.
      if (failures > budget.points) await spend(budget, secondsLeft)
    }
    for (const [at, { key }] of days.entries()) {
      const { points, secondsLeft } = today[at] ?? { points: 0, secondsLeft: 1 }
      const hasForgotten = counts.some((count) => (count[budgets.length + at]?.points ?? 0) < points)
      if (hasForgotten) await inAll(stores, ({ set }) => set(key, points, secondsLeft))
    }
    return { failures: seen.map(({ failures }) => failures), today }
  }

  /** Longer each time within a day. */
  async function lock(kind: Guessed, account: string, leastSeconds: number): Promise<void> {
    const { byStranger, lockSeconds } = limits[kind]
    const change = { key: `${kind}:locks:${account}`, points: 1, seconds: byStranger.seconds }
    const counts = await inAll(stores, ({ add }) => add([change]))
    const nth = Math.max(...counts.flat().map(({ points }) => points))
    const seconds = lockSeconds[Math.min(nth, lockSeconds.length) - 1] ?? byStranger.seconds
    await spend({ key: strangersOf(kind, account), ...byStranger }, Math.max(seconds, leastSeconds))
  }

  async function unlock(kind: Guessed, account: string): Promise<void> {
    await inAll(stores, ({ clear }) => clear([strangersOf(kind, account), dayOf(kind, account)]))
  }

  async function spend({ key, points }: Budget, seconds: number): Promise<void> {
    await inAll(stores, ({ set }) => set(key, points * (FAILURE + 1), seconds))
  }
}

const NOTHING: Seen = { failures: 0, underWay: 0, secondsLeft: 1 }

type Known = { store: Store; until: number; failures: number[]; today: PointsCount[] }
type Granted = Known & { spent?: undefined; wereClean: boolean }
type Spent = Known & { spent: Budget; secondsLeft: number }

type Places = { here: Budget; there: Budget; day: Tally | undefined }

/** What was shown that is enough for each. */
const REACHED: Record<Rung, readonly NonNullable<Guesser['proved']>[]> = {
  work: ['work', 'unattended', 'person'],
  person: ['unattended', 'person'],
}

const strangersOf = (kind: Guessed, account: string): string => `${kind}:stranger:${account}`

const dayOf = (kind: Guessed, account: string): string => `${kind}:account-day:${account}`

const changeBy =
  (points: number) =>
  ({ key, seconds }: Tally): PointsChange => ({ key, points, seconds })

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
