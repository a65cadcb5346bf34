import { existsSync } from 'node:fs'
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startPostgres } from './postgres.ts'

const PREFIX = 'latchkey-test-'

/** One throwaway cluster for a test run. Test files find it in TEST_POSTGRES_URL and make databases of their own. */
export async function setup(): Promise<() => Promise<void>> {
  await forgetKilledRuns()
  const home = await mkdtemp(join(tmpdir(), PREFIX))
  const postgres = await startPostgres({ dir: join(home, 'postgres'), durable: false })
  process.env['TEST_POSTGRES_URL'] = postgres.adminUrl
  return async () => {
    await postgres.stop()
    await rm(home, { recursive: true, force: true })
  }
}

const SETTLED_MS = 60_000

/** Its Postgres ends with a run that is killed, but nobody is left to remove the files. */
async function forgetKilledRuns(): Promise<void> {
  const names = (await readdir(tmpdir())).filter((name) => name.startsWith(PREFIX))
  for (const home of names.map((name) => join(tmpdir(), name))) {
    if (existsSync(join(home, 'postgres/data/postmaster.pid'))) continue
    const born = await stat(home).catch(() => undefined)
    if (born === undefined || Date.now() - born.mtimeMs < SETTLED_MS) continue
    await rm(home, { recursive: true, force: true }).catch(() => {}) // another person's
  }
}
