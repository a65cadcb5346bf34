import { join } from 'node:path'
import { Advice } from '../launch/advice.mjs'
import { findHolder, type Holder, type Lock, takeLock } from '../launch/lock.mjs'
import { sleep } from './sleep.ts'

/** One run a data folder: two would fight over the same database files. */
export type Claim = Lock & AsyncDisposable

export const claimFileOf = (dataDir: string): string => join(dataDir, 'running.json')
export const findRunning = (dataDir: string): Holder | undefined => findHolder(claimFileOf(dataDir))

export async function claimFolder(dataDir: string, url: string, stop: AbortSignal): Promise<Claim> {
  const lock = await take(dataDir, { url, since: new Date().toISOString() })
  stop.addEventListener('abort', () => lock.tell({ stopping: 'yes' }))
  return { ...lock, [Symbol.asyncDispose]: async () => lock.release() }
}

/** A run that is ending is waited for; the launcher allows it no longer than this. */
const ENDS_WITHIN_MS = 6000

async function take(dataDir: string, note: Record<string, string>): Promise<Lock> {
  const giveUpAt = Date.now() + ENDS_WITHIN_MS
  for (;;) {
    const taken = takeLock(claimFileOf(dataDir), note)
    if ('lock' in taken) return taken.lock
    if (taken.holder.note['stopping'] === undefined || Date.now() > giveUpAt)
      throw alreadyRunning(taken.holder)
    await sleep(50)
  }
}

function alreadyRunning({ pid, note }: Holder): Advice {
  const since = note['since'] ? `, since ${new Date(note['since']).toLocaleString('sv-SE')}` : ''
  return new Advice(
    `Already running here: ${note['url']} (pid ${pid}${since}).`,
    `Next: open it, or end it with Ctrl-C where it runs, or: kill ${pid}`,
    'Another one beside it: DATA_DIR=.data-2 SERVER_PORT=8001 npm start',
  )
}
