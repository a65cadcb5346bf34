import { spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Source } from '@latchkey/shared/env'
import { Advice } from '../launch/advice.mjs'
import { runNode } from './child.ts'
import { claimFolder, findRunning } from './claim.ts'
import { runCommand } from './command.ts'
import { openDataDir } from './data-dir.ts'
import { clusterOf, openDatabase, urlsOf } from './database.ts'
import { withSecrets } from './ground.ts'
import { adminUrlOf } from './postgres/running.ts'
import { ensureSecrets } from './secrets.ts'
import { readSettings } from './settings.ts'

/** Runs a command against the local database: the one that runs here, or else one started for the while. */
await runCommand(async (stop) => {
  const [command, ...args] = process.argv.slice(2)
  if (command === undefined) throw new Advice('Usage: node ops/local/with-database.ts <command> [args…]')
  const settings = readSettings(process.env)
  await openDataDir(settings.dataDir)
  const secrets = await ensureSecrets(settings.dataDir)
  await using opened = new AsyncDisposableStack()
  const urls = settings.embedded ? await findOrOpen() : {}
  process.exitCode = await run(command, args, { ...withSecrets(settings, secrets), ...urls })

  async function findOrOpen(): Promise<Source> {
    const { dataDir, env } = settings
    if (findRunning(dataDir)) return urlsOf(await adminUrlOf(clusterOf(dataDir)), secrets)
    opened.use(await claimFolder(dataDir, env.PUBLIC_URL, stop))
    const { urls, adminUrl } = opened.use(await openDatabase(dataDir, secrets))
    // A folder that has never been started has no roles yet.
    const asAdmin = { ...withSecrets(settings, secrets), ...urls, ADMIN_DATABASE_URL: adminUrl }
    await runNode({ args: ['db/src/provision.ts'], env: asAdmin }, stop)
    return urls
  }

  async function run(command: string, args: string[], env: Source): Promise<number> {
    const child = spawn(command, args, { stdio: 'inherit', env })
    stop.addEventListener('abort', () => child.kill())
    const [code] = (await once(child, 'exit')) as [number | null]
    return code ?? 1
  }
})
