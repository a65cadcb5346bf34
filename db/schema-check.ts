import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { env } from './src/config/env.ts'
import { readSchema, type Schema } from './src/live-schema.ts'
import { openDb } from './src/open.ts'
import { driftBetween } from './src/schema-drift.ts'
import { unwalledRole } from './src/unwalled.ts'

/**
 * Compares the live schema with `expected-schema.json` and writes what it found to two files.
 * `--write` makes the expected schema anew after a migration was added; a test holds the two together. `--print` writes
 * no file: where a container's disk is read-only, whoever asked keeps what was said.
 */
const EXPECTED = new URL('./expected-schema.json', import.meta.url)
const folder =
  process.argv.find((argument) => argument.startsWith('--out='))?.slice('--out='.length) ?? env.DATA_DIR

const db = openDb(env, { url: env.MIGRATION_DATABASE_URL, as: 'migrate' })
const live = await readSchema(db)
const unwalled = await unwalledRole(env, db)
await db.destroy()
if (process.argv.includes('--write')) await write()
else await report([...driftBetween(await expected(), live), ...unwalled])

async function expected(): Promise<Schema> {
  return JSON.parse(await readFile(EXPECTED, 'utf8')) as Schema
}

/** What the newest migration has made. A database that was never migrated expects nothing of anybody. */
async function write(): Promise<void> {
  if (Object.keys(live.tables).length === 0) throw new Error('there are no tables; first: npm run migrate')
  await writeFile(EXPECTED, `${JSON.stringify(live, null, 2)}\n`)
}

async function report(drift: string[]): Promise<void> {
  const ok = drift.length === 0
  const text = ok
    ? 'The schema is as expected.'
    : ['The schema has drifted:', ...drift.map((one) => `  - ${one}`)].join('\n')
  if (!process.argv.includes('--print')) await keep(text, { ok, drift })
  process.stdout.write(`${text}\n`)
  if (!ok) process.exitCode = 1
}

async function keep(text: string, found: { ok: boolean; drift: string[] }): Promise<void> {
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'schema-compat-check.json'), `${JSON.stringify(found, null, 2)}\n`)
  await writeFile(join(folder, 'schema-compat-check.txt'), `${text}\n`)
}
