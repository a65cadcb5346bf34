import { type Env, EnvError } from '@latchkey/shared/env'
import { lastResort } from './last-resort.ts'
import { serve } from './serve.ts'

/** The life of a process that serves. */
export async function work(env: Env): Promise<void> {
  const serving = await serve(env).catch((error: NodeJS.ErrnoException) => {
    const taken =
      error.code === 'EADDRINUSE' &&
      `port ${env.SERVER_PORT} is taken; choose another: SERVER_PORT=${env.SERVER_PORT + 1}`
    const said = error instanceof EnvError ? error.message : error.stack
    process.stderr.write(`server: ${taken || (said ?? error.message)}\n`)
    process.exit(1)
  })

  let stopping: Promise<void> | undefined
  const stop = () => {
    stopping ??= serving.stop().then(() => process.exit(0))
  }
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, stop)
  const end = lastResort({ ...serving, exit: (code) => process.exit(code) })
  process.on('uncaughtException', end)
  process.on('unhandledRejection', end)
  // Whoever started us over a channel and is gone wants nothing more from us.
  process.on('disconnect', stop)
}
