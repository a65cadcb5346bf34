import { env } from './config/env.ts'
import { serve } from './serve.ts'
import { ensureThreadPool } from './thread-pool.ts'

ensureThreadPool(env, process)
const serving = await serve(env)

let stopping: Promise<void> | undefined
const stop = () => {
  stopping ??= serving.stop().then(() => process.exit(0))
}
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, stop)
// Whoever started us over a channel and is gone wants nothing more from us.
process.on('disconnect', stop)
