import type { Source } from '@latchkey/shared/env'
import { Advice } from '../launch/advice.mjs'
import { ProgramFailed, runNode } from './child.ts'
import { say } from './say.ts'
import type { Settings } from './settings.ts'

/** Roles and tables up to date, and somebody to sign in as. All of it is harmless to repeat. */
export async function prepareDatabase(settings: Settings, env: Source, stop: AbortSignal): Promise<void> {
  const run = (...args: string[]) =>
    runNode({ args, env }, stop).catch((error: unknown) => explain(error, settings))
  if (settings.embedded) await run('db/src/provision.ts')
  const migrated = await run('db/src/migrate.ts', 'up')
  for (const line of migrated.split('\n').filter(isAboutAdmin)) say(`  ${line}`)
  if (seedsDemo(settings)) await run('db/src/seed.ts')
}

/** What it says of the first administrator, somebody waits for. */
const isAboutAdmin = (line: string): boolean => line.startsWith('ADMIN_EMAIL')

/** Passwords that everybody knows belong behind a loopback address only. */
export const seedsDemo = ({ env }: Settings): boolean => env.ENV === 'local' && isLoopback(env.SERVER_HOST)

const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || host.startsWith('127.')

function explain(error: unknown, { embedded }: Settings): never {
  if (!(error instanceof ProgramFailed)) throw error
  throw new Advice(
    'The database could not be made ready:',
    ...error.output
      .trimEnd()
      .split('\n')
      .map((line) => `  ${line}`),
    embedded
      ? 'Next: if nothing here can be mended, forget the local data with: npm run reset'
      : 'Next: see that the database in DATABASE_URL runs and lets you in, or take that line out and use the embedded one.',
  )
}
