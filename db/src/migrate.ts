import { setTimeout as sleep } from 'node:timers/promises'
import { env } from './config/env.ts'
import { ensureFirstAdmin } from './first-admin.ts'
import { isReady, migrateDown, migrateUp, migrationStatus, rangeOf } from './migrator.ts'
import { openDb } from './open.ts'

/**
 * `up` to the latest, `down` one, the `status` of each, which builds may run on what is there (`range`, as JSON), or
 * `wait` until somebody else has brought it up.
 */
const USAGE = 'usage: npm run migrate -- [up | down | status | range | wait]'
const PATIENCE_MS = 300_000
const say = (line: string) => process.stdout.write(`${line}\n`)

const [command = 'up', ...more] = process.argv.slice(2)
const db = openDb(
  { ...env, DATABASE_STATEMENT_TIMEOUT_MS: 600_000 },
  { url: env.MIGRATION_DATABASE_URL, as: 'migrate' },
)
try {
  if (more.length > 0) throw new Error(USAGE)
  if (command === 'up') await up()
  else if (command === 'down') say(`taken back: ${(await migrateDown(db)).join(', ') || 'nothing left'}`)
  else if (command === 'status')
    for (const { name, at } of await migrationStatus(db))
      say(`${at ? at.toISOString() : 'pending'.padEnd(24)}  ${name}`)
  else if (command === 'range') say(JSON.stringify(await rangeOf(db)))
  else if (command === 'wait') await wait()
  else throw new Error(USAGE)
} catch (error) {
  process.stderr.write(
    `migrate: ${error instanceof Error ? error.message || String(error) : String(error)}\n`,
  )
  process.exitCode = 1
} finally {
  await db.destroy()
}

async function up(): Promise<void> {
  say(`migrated: ${(await migrateUp(env, db)).join(', ') || 'nothing new'}`)
  const line = await ensureFirstAdmin(env, db)
  if (line) say(line)
}

async function wait(): Promise<void> {
  const until = Date.now() + PATIENCE_MS
  while (!(await isReady(db).catch(() => false))) {
    if (Date.now() > until) throw new Error('the migrations of this build have not come')
    await sleep(1000)
  }
}
