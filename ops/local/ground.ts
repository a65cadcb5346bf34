import type { Source } from '@latchkey/shared/env'
import { claimFolder } from './claim.ts'
import { openDataDir } from './data-dir.ts'
import { openDatabase } from './database.ts'
import { refuseTakenPort } from './port.ts'
import { prepareDatabase } from './prepare-database.ts'
import { say, step } from './say.ts'
import { ensureSecrets, type Secrets } from './secrets.ts'
import type { Settings } from './settings.ts'

/** What a local run stands on: a folder that is ours, secrets, and a database that is up to date. */
export type Ground = AsyncDisposable & { env: Source }

export async function openGround(settings: Settings, command: string, stop: AbortSignal): Promise<Ground> {
  await using opened = new AsyncDisposableStack()
  const { env, dataDir } = settings
  await openDataDir(dataDir)
  opened.use(await claimFolder(dataDir, env.PUBLIC_URL, stop))
  const again = (free: number) => `SERVER_PORT=${free} ${command}`
  await refuseTakenPort({ host: env.SERVER_HOST, port: env.SERVER_PORT, again })
  const secrets = await ensureSecrets(dataDir)
  const database = settings.embedded ? opened.use(await openEmbedded(dataDir, secrets)) : undefined
  const environment = { ...withSecrets(settings, secrets), ...database?.urls }
  const asAdmin = { ...environment, ADMIN_DATABASE_URL: database?.adminUrl }
  await step('database', () => prepareDatabase(settings, asAdmin, stop))
  const kept = opened.move()
  return { env: environment, [Symbol.asyncDispose]: () => kept.disposeAsync() }
}

/** What was set, completed by the secrets of this folder. */
export function withSecrets({ given, dataDir }: Settings, secrets: Secrets): Source {
  const { SESSION_SECRET, TOKEN_PEPPER, ENCRYPTION_KEYS } = secrets
  return { SESSION_SECRET, TOKEN_PEPPER, ENCRYPTION_KEYS, ...given, DATA_DIR: dataDir }
}

function openEmbedded(dataDir: string, secrets: Secrets) {
  return step('postgres', async () => {
    const database = await openDatabase(dataDir, secrets)
    for (const line of database.healed) say(`  ${line}`)
    return database
  })
}
