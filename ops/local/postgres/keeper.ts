import { spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Writable } from 'node:stream'
import { sleep } from '../sleep.ts'

/** A server in a session of its own, so that Ctrl-C does not reach it, and with a keeper beside it. */
export type Kept = { pid: number; exited: Promise<void>; isRunning(): boolean; lifeline: Writable }

/**
 * The keeper is a few lines of shell that wait on a pipe from us. A line on it means that the server is gone
 * already; its end means that we are, however we went (SIGKILL too), and the server is stopped: fast shutdown
 * first, the immediate one when that takes long. Gone is told by the pid file ($1), since a zombie still takes
 * signals. The keeper is forked twice so that Postgres does not find a stranger among its children.
 */
const KEEPER = `
( { if read -r _ <&3; then exit; fi
    kill -INT $$
    for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30; do
      [ -e "$1" ] || exit
      sleep 0.1
    done
    kill -QUIT $$
  } >/dev/null 2>&1 & )
shift
exec "$@" 3<&-
`

type Start = { command: string[]; pidFile: string; log: number }

export function keep({ command, pidFile, log }: Start): Kept {
  const child = spawn('/bin/sh', ['-c', KEEPER, 'keeper', pidFile, ...command], {
    detached: true,
    cwd: '/',
    env: { PATH: process.env['PATH'], LC_ALL: 'C' },
    stdio: ['ignore', log, log, 'pipe'],
  })
  const lifeline = child.stdio[3] as Writable
  lifeline.on('error', () => {}) // the keeper may be gone before we say so
  const isRunning = () => child.exitCode === null && child.signalCode === null
  const exited = once(child, 'exit').then(() => {
    lifeline.end('gone\n')
  })
  if (child.pid === undefined) throw new Error('could not run /bin/sh')
  return { pid: child.pid, exited, isRunning, lifeline }
}

export async function stopKept(kept: Kept): Promise<void> {
  if (!kept.isRunning()) return
  process.kill(kept.pid, 'SIGINT')
  await Promise.race([kept.exited, sleep(3000, undefined, { ref: false })])
  if (kept.isRunning()) process.kill(kept.pid, 'SIGQUIT')
  await kept.exited
}
