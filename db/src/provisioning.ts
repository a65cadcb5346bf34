import pg from 'pg'
import type { Env } from '@latchkey/shared/env'
import type { Secret } from '@latchkey/shared/secret'
import { roleOf } from './grants.ts'

type Urls = Pick<
  Env,
  'MIGRATION_DATABASE_URL' | 'DATABASE_URL' | 'JOBS_DATABASE_URL' | 'READONLY_DATABASE_URL'
>

/**
 * How long a statement of a role may run, a transaction may idle and a lock be waited for, whoever connects with it and
 * forgets to say. A migration may run long, and must not keep everybody waiting for the lock that it waits for.
 */
const PATIENCE = {
  DATABASE_URL: { statement_timeout: '5s', idle_in_transaction_session_timeout: '10s', lock_timeout: '2s' },
  JOBS_DATABASE_URL: {
    statement_timeout: '30s',
    idle_in_transaction_session_timeout: '10s',
    lock_timeout: '2s',
  },
  READONLY_DATABASE_URL: {
    statement_timeout: '30s',
    idle_in_transaction_session_timeout: '10s',
    lock_timeout: '2s',
  },
  MIGRATION_DATABASE_URL: {
    statement_timeout: '10min',
    idle_in_transaction_session_timeout: '1min',
    lock_timeout: '5s',
  },
} as const satisfies Record<keyof Urls, Record<string, string>>

/** Makes the roles and the database that the settings name, as a superuser. Harmless to repeat. */
export async function provision(urls: Urls, adminUrl: Secret): Promise<void> {
  const admin = new pg.Client({ connectionString: adminUrl.reveal() })
  await admin.connect()
  try {
    // Two who alter one role at once meet an error of the catalogue; with this the second waits.
    await admin.query(`select pg_advisory_lock(hashtext('provision'))`)
    for (const url of urlsOf(urls)) await ensureRole(admin, url)
    for (const [key, patience] of Object.entries(PATIENCE))
      await setPatience(admin, urls[key as keyof Urls], patience)
    await ensureDatabase(admin, urls)
  } finally {
    await admin.end()
  }
}

async function ensureRole(admin: pg.Client, url: Secret): Promise<void> {
  const role = roleOf(url)
  const password = decodeURIComponent(new URL(url.reveal()).password)
  const { rowCount } = await admin.query('select 1 from pg_roles where rolname = $1', [role])
  const verb = rowCount ? 'alter' : 'create'
  await admin.query(`${verb} role ${pg.escapeIdentifier(role)} login password ${pg.escapeLiteral(password)}`)
}

/** Where one role serves for everything the last word is the owner's, who is asked last. */
async function setPatience(
  admin: pg.Client,
  url: Secret | undefined,
  patience: Record<string, string>,
): Promise<void> {
  if (!url) return
  const role = pg.escapeIdentifier(roleOf(url))
  for (const [name, value] of Object.entries(patience))
    await admin.query(`alter role ${role} set ${name} = ${pg.escapeLiteral(value)}`)
}

async function ensureDatabase(admin: pg.Client, urls: Urls): Promise<void> {
  const database = new URL(urls.MIGRATION_DATABASE_URL.reveal()).pathname.slice(1)
  const name = pg.escapeIdentifier(database)
  const owner = pg.escapeIdentifier(roleOf(urls.MIGRATION_DATABASE_URL))
  const { rowCount } = await admin.query('select 1 from pg_database where datname = $1', [database])
  if (!rowCount) await admin.query(`create database ${name} owner ${owner}`)
  await admin.query(`revoke all on database ${name} from public`)
  for (const url of urlsOf(urls))
    await admin.query(`grant connect on database ${name} to ${pg.escapeIdentifier(roleOf(url))}`)
}

const urlsOf = (urls: Urls): Secret[] =>
  [urls.MIGRATION_DATABASE_URL, urls.DATABASE_URL, urls.JOBS_DATABASE_URL, urls.READONLY_DATABASE_URL].filter(
    (url) => url !== undefined,
  )
