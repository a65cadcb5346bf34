import type { Env } from '@latchkey/shared/env'
import { firstOf, inAll, type Store } from '../counting/counters.ts'
import { hashed } from '../counting/hashed.ts'
import { type Limits, RUNGS } from '../limits.ts'
import type { Wanted } from './prove.ts'

/** Whether an act happens so often, from one address or altogether, that it looks like a robot's. */
export type Bursts = {
  /** Counts this act. */
  count(act: 'register', address: string): Promise<Burst>
}
/** What has to be shown therefore. Who has not shown it has not acted, and counts for nothing. */
type Burst = { wanted: Wanted | 'nothing'; giveBack(): Promise<void> }
const DEGRADED: Wanted = { rung: 'work', because: 'degraded' }

export function openBursts(
  env: Pick<Env, 'TOKEN_PEPPER'>,
  stores: Store[],
  { byAddress, byAll }: Limits['bursts'],
): Bursts {
  return {
    async count(act, address) {
      const changes = [
        { key: `burst:${act}:${hashed(env, address)}`, points: 1, seconds: byAddress.seconds },
        { key: `burst:${act}`, points: 1, seconds: byAll.seconds },
      ]
      const { store, said } = await firstOf(stores, ({ add }) => add(changes))
      const [here = 0, everywhere = 0] = said.map(({ points }) => points)
      const rung = RUNGS.findLast((one) => here > byAddress[one] || everywhere > byAll[one])
      // What the first store has counted is not known to the next one.
      const isDegraded = store !== stores[0]
      return {
        wanted: rung ? { rung, because: 'burst' } : isDegraded ? DEGRADED : 'nothing',
        async giveBack() {
          await inAll([store], ({ change }) => change(changes.map((one) => ({ ...one, points: -1 }))))
        },
      }
    },
  }
}
