import type { Env } from '@latchkey/shared/env'
import { AppError } from '../errors.ts'
import { countedAddress } from '../http/client-address.ts'
import type { CallLimit, Limits } from '../limits.ts'
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
}

export function openCalls(env: Pick<Env, 'TOKEN_PEPPER'>, stores: Store[], limits: Limits): Calls {
  const general = { address: openWindows(limits.general.address), user: openWindows(limits.general.user) }

  return {
    async countOne(procedure, caller) {
      const limit = limits.calls[procedure]
      if (!limit) return
      const who = (await caller())[limit.by] ?? 'unknown'
      const change = { key: `call:${procedure}:${hashed(env, who)}`, points: 1, seconds: limit.seconds }
      const { said } = await firstOf(stores, ({ add }) => add([change]))
      const [count] = said
      if (count && count.points > limit.points)
        throw new AppError('RATE_LIMITED', { retryAfterSeconds: count.secondsLeft })
    },
    async countMail(act, { address, email }) {
      const { toEmail, byAddress, byAll } = limits.mail
      const changes = [
        { key: `mail:${act}:to:${hashed(env, email)}`, points: 1, seconds: toEmail.seconds },
        {
          key: `mail:${act}:by:${hashed(env, countedAddress(address))}`,
          points: 1,
          seconds: byAddress.seconds,
        },
        { key: 'mail:all', points: 1, seconds: byAll.seconds },
      ]
      const { said } = await firstOf(stores, ({ add }) => add(changes))
      const [to, by, all] = said
      const spent = [
        { count: to, limit: toEmail },
        { count: by, limit: byAddress },
      ].find(({ count, limit }) => count && count.points > limit.points)
      if (spent?.count) throw new AppError('RATE_LIMITED', { retryAfterSeconds: spent.count.secondsLeft })
      if (all && all.points > byAll.points) throw new AppError('BUSY', { retryAfterSeconds: all.secondsLeft })
    },
    countAny(by, who, calls = 1) {
      const wait = general[by].take(who, calls)
      if (wait !== undefined) throw new AppError('RATE_LIMITED', { retryAfterSeconds: wait })
    },
  }
}
