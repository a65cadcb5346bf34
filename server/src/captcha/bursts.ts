import type { Env } from '@latchkey/shared/env'
import { firstOf, type Store } from '../counting/counters.ts'
import { hashed } from '../counting/hashed.ts'
import type { Limits } from '../limits.ts'

/** Whether an act happens so often, from one address or altogether, that it looks like a robot's. */
export type Bursts = { isOne(act: 'register', address: string): Promise<boolean> }

export function openBursts(
  env: Pick<Env, 'TOKEN_PEPPER'>,
  stores: Store[],
  { byAddress, byAll }: Limits['bursts'],
): Bursts {
  return {
    async isOne(act, address) {
      if (!Number.isFinite(byAddress.after)) return false
      const changes = [
        { key: `burst:${act}:${hashed(env, address)}`, points: 1, seconds: byAddress.seconds },
        { key: `burst:${act}`, points: 1, seconds: byAll.seconds },
      ]
      const { said } = await firstOf(stores, ({ add }) => add(changes))
      const [here, everywhere] = said
      return (here?.points ?? 0) > byAddress.after || (everywhere?.points ?? 0) > byAll.after
    },
  }
}
