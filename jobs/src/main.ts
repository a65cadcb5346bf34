import { setTimeout as sleep } from 'node:timers/promises'
import { env } from './config/env.ts'
import { openDeps } from './deps.ts'
import { openHealth } from './health.ts'
import { startWork } from './work.ts'

const deps = openDeps(env)
let stopping = false
let isWorking = false
const health = openHealth(deps, () => isWorking && !stopping)

async function stop(): Promise<void> {
  if (stopping) return
  stopping = true
  deps.log.info('stopping: jobs under way may finish')
  deps.gate.stop()
  await deps.boss.stop({ graceful: true, timeout: env.SERVER_GRACEFUL_TIMEOUT_SECONDS * 1000 })
  deps.smtp?.close()
  health?.close()
  await deps.db.destroy()
  process.exit(0)
}
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => void stop())
// Whoever started us over a channel and is gone wants nothing more from us.
process.on('disconnect', () => void stop())

if (!deps.smtp && (env.ENV === 'prod' || env.ENV === 'staging'))
  deps.log.warn('SMTP_HOST is not set: letters are written and kept, and nobody gets them')

/** A worker that finds no database waits for it, as the server does. */
const RETRY_MS = 2000
while (!stopping) {
  try {
    await startWork(deps)
    isWorking = true
    deps.log.info('working')
    break
  } catch (error) {
    deps.log.warn({ err: error }, 'not working yet; trying again')
    await sleep(RETRY_MS)
  }
}
