import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startPostgres } from './postgres.ts'

/** One throwaway cluster for a test run. Test files find it in TEST_POSTGRES_URL and make databases of their own. */
export async function setup(): Promise<() => Promise<void>> {
  const home = await mkdtemp(join(tmpdir(), 'latchkey-test-'))
  const postgres = await startPostgres({ dir: join(home, 'postgres'), durable: false })
  process.env['TEST_POSTGRES_URL'] = postgres.adminUrl
  return async () => {
    await postgres.stop()
    await rm(home, { recursive: true, force: true })
  }
}
