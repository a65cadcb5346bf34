import { setTimeout as sleep } from 'node:timers/promises'
import { GUESS_LIMITS, type Guessed } from '../limits.ts'
import type { Counter, MakeCounter, Refusal } from './counters.ts'

/** Who guesses, already hashed. `device` is there when it has signed in to this account before. */
export type Guesser = { address: string; account: string; device?: string | undefined }
export type Guesses = {
  /** A point of each budget, or why there is none: the address is told to wait, the account stays silent. */
  begin(
    kind: Guessed,
    guesser: Guesser,
  ): Promise<Grant | { refused: 'address'; retryAfterSeconds: number } | { refused: 'account' }>
}
export type Grant = {
  refused?: undefined
  right(): Promise<void>
  /** Says whether this guess was the one that locked strangers out. */
  wrong(): Promise<{ locked: boolean }>
}

export function openGuesses(make: MakeCounter): Guesses {
  const budgets = Object.fromEntries(
    Object.entries(GUESS_LIMITS).map(([kind, limits]) => [kind, budgetsOf(kind, limits, make)]),
  ) as Record<Guessed, ReturnType<typeof budgetsOf>>

  return {
    async begin(kind, { address, account, device }) {
      const { byAddress, byStranger, byDevice, locks } = budgets[kind]
      const refusal = await byAddress.take(address)
      if (refusal) return { refused: 'address', ...refusal }
      const budget = device ? byDevice : byStranger
      const key = device ? `${account}:${device}` : account
      if (await budget.take(key)) {
        // A guess at a locked account is a wrong guess by this address, as every guess there is.
        await byAddress.fail(address)
        return { refused: 'account' }
      }
      return {
        async right() {
          await Promise.all([byAddress.giveBack(address), budget.clear(key)])
        },
        async wrong() {
          const [, spent] = await Promise.all([byAddress.fail(address), budget.fail(key)])
          if (!spent || device) return { locked: false }
          await budget.block(key, locks.secondsOf(await locks.counter.add(account)))
          return { locked: true }
        },
      }
    },
  }
}

type Limits = (typeof GUESS_LIMITS)[Guessed]

function budgetsOf(kind: string, limits: Limits, make: MakeCounter) {
  const { lockSeconds } = limits.byStranger
  return {
    byAddress: openBudget(`${kind}:address`, limits.byAddress, make),
    byStranger: openBudget(`${kind}:stranger`, limits.byStranger, make),
    byDevice: openBudget(`${kind}:device`, limits.byDevice, make),
    locks: {
      counter: make(`${kind}:locks`, { points: Number.MAX_SAFE_INTEGER, seconds: limits.byStranger.seconds }),
      secondsOf: (nth: number): number => lockSeconds[Math.min(nth, lockSeconds.length) - 1] ?? 0,
    },
  }
}

/**
 * Two counters make parallel right guesses free and parallel wrong ones exact: `taken` holds what is under way and
 * what failed, `failed` what failed for certain. Who finds no point left while others are still under way waits for
 * them, because one that turns out right gives its point back.
 */
function openBudget(name: string, limit: { points: number; seconds: number }, make: MakeCounter) {
  const taken = make(`${name}:taken`, limit)
  const failed = make(`${name}:failed`, limit)

  return {
    async take(key: string): Promise<Refusal | undefined> {
      for (let waited = 0; ; waited += WAIT_MS) {
        const refusal = await taken.take(key)
        if (!refusal) {
          await failed.begin(key)
          return undefined
        }
        if ((await failed.taken(key)) >= limit.points) return refusal
        // Somebody took a point and died with it: the failures alone are what counts.
        if (waited >= PATIENCE_MS) return settle(taken, failed, key)
        await sleep(WAIT_MS)
      }
    },
    giveBack: (key: string) => taken.giveBack(key),
    /** Says whether that was the last point. */
    fail: async (key: string): Promise<boolean> => (await failed.add(key)) >= limit.points,
    block: async (key: string, seconds: number) =>
      void (await Promise.all([taken.block(key, seconds), failed.block(key, seconds)])),
    clear: async (key: string) => void (await Promise.all([taken.clear(key), failed.clear(key)])),
  }
}

/** Longer than the longest queue of hashes takes. */
const PATIENCE_MS = 10_000
const WAIT_MS = 25

async function settle(taken: Counter, failed: Counter, key: string): Promise<Refusal> {
  await taken.clear(key)
  const certain = await failed.taken(key)
  for (let point = 0; point < certain; point += 1) await taken.add(key)
  return { retryAfterSeconds: 1 }
}
