import type { Target } from '../../commands/ssh.ts'
import { type Asker, takeDeployLock } from '../../deeds/deploy-lock.ts'
import { LockHeld } from '../../deeds/lock-holder.ts'
import { openRemoteShell } from '../../deeds/remote-shell.ts'
import { run } from '../../deeds/run.ts'

/** A process of its own that wants the lock. It says what came of it in one line, and keeps what it has while it is told to. */
export type Contender = { path: string; asker: Asker; target?: Target; breaks?: boolean; beatMs?: number }
export type Outcome =
  { holds: true } | { holds: false; owner: string | undefined; isStale: boolean; message: string }

const { path, asker, target, breaks, beatMs } = JSON.parse(process.argv[2] ?? '') as Contender
const shell = target ? await openRemoteShell(target) : undefined
const place = { run: shell?.run ?? run, path, ...(beatMs && { beatMs }) }
const tell = (outcome: Outcome | { lost: string }) => process.stdout.write(`${JSON.stringify(outcome)}\n`)

try {
  const lock = await takeDeployLock(place, asker, { ...(breaks && { breaks }) })
  lock.lost.addEventListener('abort', () => tell({ lost: (lock.lost.reason as Error).message }))
  tell({ holds: true })
  await new Promise((resolve) => process.stdin.once('end', resolve).resume())
  await lock.release()
} catch (error) {
  if (!(error instanceof LockHeld)) throw error
  const { held, isStale, message } = error
  tell({ holds: false, owner: held.owner?.operator, isStale, message })
}
await shell?.[Symbol.asyncDispose]()
