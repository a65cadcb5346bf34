import type { Env } from '@latchkey/shared/env'
import { AppError } from '../errors.ts'
import type { CallLimit, Limit, Limits } from '../limits.ts'
import { firstOf, inMemory, type Store } from './counters.ts'
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
  const here = [inMemory()]

  return {
    async countOne(procedure, caller) {
      const limit = limits.calls[procedure]
      if (!limit) return
      const who = (await caller())[limit.by] ?? 'unknown'
      await requireRoom(stores, limit, { key: `call:${procedure}:${hashed(env, who)}`, calls: 1 })
    },
    countAny: (by, who, calls = 1) => requireRoom(here, limits.general[by], { key: `${by}:${who}`, calls }),
  }
}

async function requireRoom(
  stores: Store[],
  { points: most, seconds }: Limit,
  { key, calls }: { key: string; calls: number },
): Promise<void> {
  const { said } = await firstOf(stores, ({ add }) => add([{ key, points: calls, seconds }]))
  const [count] = said
  if (count && count.points > most)
    throw new AppError('RATE_LIMITED', { retryAfterSeconds: count.secondsLeft })
}
