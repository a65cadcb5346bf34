import type { Server } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Logger } from 'pino'
import type { Env } from '@latchkey/shared/env'
import { createApp } from './app.ts'
import { closeDeps, openDeps } from './deps.ts'
import { watchConnections } from './http/drain.ts'
import { openServer } from './http/open-server.ts'
import { openLog } from './log.ts'

/** A thousand connections at once wait here for a moment instead of being turned away by the kernel. */
const BACKLOG = 4096

export type Serving = { port: number; log: Logger; stop(): Promise<void> }

/** Opens things, listens, and on `stop` drains and closes them in reverse. */
export async function serve(env: Env): Promise<Serving> {
  const log = openLog(env, 'server')
  if (env.DATABASE_URL.reveal() === env.MIGRATION_DATABASE_URL.reveal())
    log.warn(
      'one database role serves for everything; docs/CONFIG.md says how to give the app one of its own',
    )
  const deps = await openDeps(env, log)
  deps.boss
    .start()
    .catch((error: unknown) => log.warn({ err: error }, 'the queue starts when the database answers'))

  // Read before anybody comes, so that nobody waits for it.
  await deps.passwordBook()
  const server = openServer({ requestTimeout: env.SERVER_TIMEOUT_SECONDS * 1000 })
  const connections = watchConnections(server)
  server.on('request', createApp(deps))
  const port = await listen(server, env)
  log.info({ host: env.SERVER_HOST, port, public_url: env.PUBLIC_URL }, 'listening')

  return {
    port,
    log,
    async stop() {
      if (env.SERVER_LEAVE_SECONDS > 0) await takeLeave()
      log.info('stopping: no new connections, those under way may finish')
      await connections.drain(env.SERVER_GRACEFUL_TIMEOUT_SECONDS * 1000)
      await closeDeps(deps)
      log.info('stopped')
    },
  }

  /** Whoever shares requests out has seen by the end of it that we are going, and sends no more. */
  async function takeLeave(): Promise<void> {
    log.info('leaving: requests are still taken, and the proxy is told to send no more')
    deps.leaving.hasBegun = true
    connections.letGo()
    await sleep(env.SERVER_LEAVE_SECONDS * 1000)
  }
}

function listen(server: Server, env: Env): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ port: env.SERVER_PORT, host: env.SERVER_HOST, backlog: BACKLOG }, () => {
      const address = server.address()
      resolve(typeof address === 'object' && address ? address.port : env.SERVER_PORT)
    })
  })
}
