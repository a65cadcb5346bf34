import cluster, { type Worker } from 'node:cluster'
import type { Env } from '@latchkey/shared/env'
import { openLog } from './log.ts'

/** A worker that dies this often in a row is not helped by another start. */
const DEATHS_MOST = 5
const AGAIN_MS = 1000
/** Beyond what a worker may take for what is under way. */
const PATIENCE_MS = 2000

/**
 * The primary does nothing but keep `SERVER_WORKERS` alive, which take new connections in turn. One goes ahead: what
 * keeps it from starting would keep all of them, and is said once.
 */
export function keepWorkers(env: Env): void {
  const log = openLog(env, 'primary')
  let deaths = 0
  let stopping = false
  let hasStarted = false

  cluster.once('listening', () => {
    hasStarted = true
    for (let nth = 1; nth < env.SERVER_WORKERS && !stopping; nth += 1) cluster.fork()
  })
  cluster.on('listening', () => (deaths = 0))
  cluster.on('exit', ({ process: { pid } }: Worker, code: number, signal: string | null) => {
    if (stopping) return leaveWithTheLast()
    deaths += 1
    log.error({ pid, code, signal }, 'a worker ended')
    if (hasStarted && deaths < DEATHS_MOST) return void setTimeout(() => stopping || cluster.fork(), AGAIN_MS)
    log.fatal(hasStarted ? 'workers do not stay up; giving up' : 'the server cannot start')
    process.exitCode = 1
    stop()
  })
  cluster.fork()

  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, stop)
  process.on('disconnect', stop)

  function stop(): void {
    if (stopping) return
    stopping = true
    for (const worker of alive()) worker.process.kill('SIGTERM')
    setTimeout(
      () => alive().forEach((worker) => worker.process.kill('SIGKILL')),
      env.SERVER_GRACEFUL_TIMEOUT_SECONDS * 1000 + PATIENCE_MS,
    ).unref()
    leaveWithTheLast()
  }
}

const alive = (): Worker[] =>
  Object.values(cluster.workers ?? {}).filter((worker): worker is Worker => worker !== undefined)

function leaveWithTheLast(): void {
  if (alive().length === 0) process.exit()
}
