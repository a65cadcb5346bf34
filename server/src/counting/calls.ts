import type { Env } from '@latchkey/shared/env'
import { AppError } from '../errors.ts'
import type { CallLimit, Limit, Limits } from '../limits.ts'
import { type Counter, firstOf, inMemory, type Store } from './counters.ts'
import { hashed } from './hashed.ts'

/** Who calls, as far as it is known. */
export type Caller = Record<CallLimit['by'], string | null>
/** Each throws RATE_LIMITED when that was too often. */
export type Calls = {
  /** One call of a procedure that has a limit of its own. */
  countOne(procedure: string, caller: () => Promise<Caller>): Promise<void>
  /** Any call at all. Costs no store anything. */
  countAny(by: keyof Limits['general'], key: string, calls?: number): Promise<void>
}

export function openCalls(env: Pick<Env, 'TOKEN_PEPPER'>, stores: Store[], limits: Limits): Calls {
  const named = new Map(
    Object.entries(limits.calls).map(([procedure, limit]) => [
      procedure,
      { limit, counters: stores.map((store) => store(`call:${procedure}`, limit.seconds)) },
    ]),
  )
  const general = {
    address: inMemory('any:address', limits.general.address.seconds),
    user: inMemory('any:user', limits.general.user.seconds),
  }

  return {
    async countOne(procedure, caller) {
      const found = named.get(procedure)
      if (!found) return
      const { limit, counters } = found
      const who = (await caller())[limit.by] ?? 'unknown'
      await requireRoom(counters, limit, { key: hashed(env, who), calls: 1 })
    },
    countAny: (by, key, calls = 1) => requireRoom([general[by]], limits.general[by], { key, calls }),
  }
}

async function requireRoom(
  counters: Counter[],
  { points: most }: Limit,
  { key, calls }: { key: string; calls: number },
): Promise<void> {
  const { points, secondsLeft } = await firstOf(counters, ({ add }) => add(key, calls))
  if (points > most) throw new AppError('RATE_LIMITED', { retryAfterSeconds: secondsLeft })
}
