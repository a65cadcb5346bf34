import { statSync } from 'node:fs'
import { join } from 'node:path'
import type { Check } from '../checks/verdict.ts'

/** Longer than any deploy takes. */
const OLD_MINUTES = 60

/** The lock of a deploy, where this is the machine that holds it. From anywhere else the deploy itself looks. */
export function lockCheck(deployPath: string, now = Date.now()): Check {
  const state = statSync(join(deployPath, 'state'), { throwIfNoEntry: false })
  if (!state) return { name: 'lock', verdict: 'not-checked', says: 'is on the machine that is deployed to' }
  const lock = statSync(join(deployPath, 'state', 'lock'), { throwIfNoEntry: false })
  if (!lock) return { name: 'lock', verdict: 'pass', says: 'nobody holds it' }
  const minutes = Math.floor((now - lock.mtimeMs) / 60_000)
  return minutes < OLD_MINUTES
    ? { name: 'lock', verdict: 'pass', says: `held; last heard of ${minutes} min ago` }
    : {
        name: 'lock',
        verdict: 'warn',
        says: `held, and not heard of for ${minutes} min`,
        next: 'npm run deploy -- --break-lock, once nobody deploys',
      }
}
