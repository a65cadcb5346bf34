import { type Check, partsOf } from '../checks/verdict.ts'
import { findLockHolder, heldBy } from '../deeds/deploy-lock.ts'
import type { Run } from '../deeds/run.ts'

/** Who holds the lock of a deploy. */
export async function lockCheck(place: string, run: Run): Promise<Check> {
  const lock = { run, path: `${place}/state/lock` }
  const held = await findLockHolder(lock)
  if (!held) return { name: 'lock', verdict: 'pass', says: 'nobody holds it' }
  const told = heldBy(held, lock)
  return told.isStale
    ? { name: 'lock', verdict: 'warn', ...partsOf(told) }
    : { name: 'lock', verdict: 'pass', says: partsOf(told).says }
}
