import { randomUUID } from 'node:crypto'
import { makeBoss, pingWorker } from './boss.ts'
import { env } from './config/env.ts'

/** `npm run jobs:ping`: whether a worker takes what is put into the queue. Says so as JSON; ends with 1 where none does. */
const PATIENCE_MS = 20_000

const requestId = `ping-${randomUUID()}`
const boss = makeBoss(env, { role: 'sends', url: env.DATABASE_URL, onError: () => {} })
const startedAt = performance.now()
try {
  const job = await pingWorker(boss, requestId, PATIENCE_MS)
  const tookMs = Math.round(performance.now() - startedAt)
  const told = { ok: job?.state === 'completed', state: job?.state ?? 'unknown', requestId, tookMs }
  process.stdout.write(`${JSON.stringify(told)}\n`)
  if (!told.ok) process.exitCode = 1
} catch (error) {
  process.stderr.write(`ping: ${error instanceof Error ? error.message || String(error) : String(error)}\n`)
  process.exitCode = 1
} finally {
  await boss.stop({ graceful: false })
}
