import { availableParallelism } from 'node:os'
import type { Env } from '@latchkey/shared/env'
import { threadPoolSizeOf } from '@latchkey/shared/hash-profiles'

/** What libuv makes when nobody says otherwise. */
const USUAL = 4

type Workers = Partial<Pick<Env, 'SERVER_WORKERS'>>
export type PoolEnv = Pick<Env, 'PASSWORD_PROFILE'> & Workers

/** What one process may count on: workers share the machine. */
export const coresOf = ({ SERVER_WORKERS = 1 }: Workers): number =>
  Math.max(1, Math.floor(availableParallelism() / SERVER_WORKERS))

/**
 * The pool's size is fixed when its first work arrives, which is before any line of ours runs. So where it is too
 * small for the hashes, the process begins anew, as itself, with the right size in its environment.
 */
export function ensureThreadPool(env: PoolEnv, process: NodeJS.Process): void {
  const wanted = threadPoolSizeOf(env.PASSWORD_PROFILE, coresOf(env))
  const has = Number(process.env['UV_THREADPOOL_SIZE'] ?? USUAL)
  // A parent that talks to us over a channel would lose it; such a parent sets the size itself.
  if (has >= wanted || process.connected || !process.execve) return
  process.execve(process.execPath, [process.execPath, ...process.execArgv, ...process.argv.slice(1)], {
    ...process.env,
    UV_THREADPOOL_SIZE: String(wanted),
  })
}
