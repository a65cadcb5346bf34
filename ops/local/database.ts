import { join } from 'node:path'
import { BRAND } from '@latchkey/shared/brand'
import type { Source } from '@latchkey/shared/env'
import { type Postgres, startPostgres } from './postgres.ts'
import { say } from './say.ts'
import type { Secrets } from './secrets.ts'
import { sleep } from './sleep.ts'

/** The database of a data folder, kept running on one port until it is disposed of. */
export type LocalDatabase = AsyncDisposable & { adminUrl: string; urls: Source; healed: string[] }

export const clusterOf = (dataDir: string): string => join(dataDir, 'postgres')

export async function openDatabase(dataDir: string, secrets: Secrets): Promise<LocalDatabase> {
  const dir = clusterOf(dataDir)
  let postgres = await startPostgres({ dir, durable: true })
  const { port, adminUrl, healed } = postgres
  let closing = false
  void keepUp()
  return {
    adminUrl,
    healed,
    urls: urlsOf(adminUrl, secrets),
    async [Symbol.asyncDispose]() {
      closing = true
      await postgres.stop()
    },
  }

  async function keepUp(): Promise<void> {
    for (;;) {
      await postgres.exited
      if (closing) return
      say('The database ended by itself; starting it again.')
      postgres = await startAgain(dir, port)
    }
  }
}

/** What the old server left may take a moment to go. */
async function startAgain(dir: string, port: number): Promise<Postgres> {
  for (let attempt = 1; ; attempt++) {
    await sleep(500)
    try {
      return await startPostgres({ dir, durable: true, port })
    } catch (error) {
      if (attempt === 10) throw error
    }
  }
}

/** Where the roles of a database meet it, by the passwords that a folder keeps. */
export function urlsOf(adminUrl: string, secrets: Secrets): Source {
  const urlFor = (role: string, password: string) => {
    const url = new URL(adminUrl)
    url.username = `${BRAND.slug}_${role}`
    url.password = password
    url.pathname = `/${BRAND.slug}`
    return url.href
  }
  return {
    DATABASE_URL: urlFor('app', secrets.APP),
    MIGRATION_DATABASE_URL: urlFor('owner', secrets.OWNER),
    JOBS_DATABASE_URL: urlFor('jobs', secrets.JOBS),
    READONLY_DATABASE_URL: urlFor('readonly', secrets.READONLY),
  }
}
