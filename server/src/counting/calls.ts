import type { Env } from '@latchkey/shared/env'
import { AppError } from '../errors.ts'
import { countedAddress } from '../http/client-address.ts'
import type { CallLimit, Limit, Limits } from '../limits.ts'
import { firstOf, type Store } from './counters.ts'
import { hashed } from './hashed.ts'
import { openWindows } from './windows.ts'

/** Who calls, as far as it is known. */
export type Caller = Record<CallLimit['by'], string | null>
/** Each throws RATE_LIMITED when that was too often. */
export type Calls = {
  /** One call of a procedure that has a limit of its own. */
  countOne(procedure: string, caller: () => Promise<Caller>): Promise<void>
  /** One letter that somebody asks for, whether there is anybody to get it or not. */
  countMail(act: string, asked: { address: string | null; email: string }): Promise<void>
  /** Any call at all. Costs no store anything, and no time. */
  countAny(by: keyof Limits['general'], who: string, calls?: number): void
  /** Whether fewer of these than are worth a row each have been seen within the minute. Costs as little. */
  isAmongFirst(alike: string): boolean
}

export function openCalls(env: Pick<Env, 'TOKEN_PEPPER'>, stores: Store[], limits: Limits): Calls {
  const general = { address: openWindows(limits.general.address), user: openWindows(limits.general.user) }
  const rows = openWindows(limits.rows)

  return {
    async countOne(procedure, caller) {
      const limit = limits.calls[procedure]
      if (!limit) return
      const who = (await caller())[limit.by] ?? 'unknown'
      await spend(`call:${procedure}:${hashed(env, who)}`, limit, 'RATE_LIMITED')
    },
    async countMail(act, { address, email }) {
      const { byAddress, toEmail, byAll } = limits.mail
      // One after the other: whoever is refused has used up nothing that is anybody else's.
      await spend(`mail:${act}:by:${hashed(env, countedAddress(address))}`, byAddress, 'RATE_LIMITED')
      await spend(`mail:${act}:to:${hashed(env, email)}`, toEmail, 'RATE_LIMITED')
      await spend('mail:all', byAll, 'BUSY')
    },
    countAny(by, who, calls = 1) {
      const wait = general[by].take(who, calls)
      if (wait !== undefined) throw new AppError('RATE_LIMITED', { retryAfterSeconds: wait })
    },
    isAmongFirst: (alike) => rows.take(alike, 1) === undefined,
  }

  async function spend(
    key: string,
    { points, seconds }: Limit,
    refusal: 'RATE_LIMITED' | 'BUSY',
  ): Promise<void> {
    const { said } = await firstOf(stores, ({ add }) => add([{ key, points: 1, seconds }]))
    const [count] = said
    if (!count || count.points > points)
      throw new AppError(refusal, { retryAfterSeconds: count?.secondsLeft ?? seconds })
  }
}
