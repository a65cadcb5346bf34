import { availableParallelism } from 'node:os'
import type { Env } from '@latchkey/shared/env'
import { threadPoolSizeOf } from '@latchkey/shared/hash-profiles'

/** What libuv makes when nobody says otherwise. */
const USUAL = 4

/**
 * The pool's size is fixed when its first work arrives, which is before any line of ours runs. So where it is too
 * small for the hashes, the process begins anew, as itself, with the right size in its environment.
 */
export function ensureThreadPool(env: Pick<Env, 'PASSWORD_PROFILE'>, process: NodeJS.Process): void {
  const wanted = threadPoolSizeOf(env.PASSWORD_PROFILE, availableParallelism())
  const has = Number(process.env['UV_THREADPOOL_SIZE'] ?? USUAL)
  // A parent that talks to us over a channel would lose it; such a parent sets the size itself.
  if (has >= wanted || process.connected || !process.execve) return
  process.execve(process.execPath, [process.execPath, ...process.execArgv, ...process.argv.slice(1)], {
    ...process.env,
    UV_THREADPOOL_SIZE: String(wanted),
  })
}
