import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { openTestDb, type TestDb } from '@latchkey/db/test-db'
import type { Env, Source } from '@latchkey/shared/env'
import { createApp } from '../app.ts'
import { closeDeps, type Deps, openDeps } from '../deps.ts'
import { openServer } from '../http/open-server.ts'
import { openLog } from '../log.ts'

/** The real app on a port of its own, on a database of its own. */
export type TestHost = { url: string; town: TestDb; deps: Deps; close(): Promise<void> }

export async function openTestHost(settings: Source = {}): Promise<TestHost> {
  const town = await openTestDb(settings)
  const host = await openHostOn(town.env)
  return {
    ...host,
    town,
    close: async () => {
      await host.close()
      await town.close()
    },
  }
}

/** On a database that somebody else looks after. The port is known first: it is part of what is ours. */
export async function openHostOn(env: Env, own: Partial<Deps> = {}): Promise<Omit<TestHost, 'town'>> {
  const server = openServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const url = `http://localhost:${port}`
  const opened = await openDeps({ ...env, SERVER_PORT: port, PUBLIC_URL: url }, openLog(env, 'server'))
  const deps = { ...opened, ...own }
  server.on('request', createApp(deps))
  return {
    url: `http://127.0.0.1:${port}`,
    deps,
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      await closeDeps(deps)
    },
  }
}
