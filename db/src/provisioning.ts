import pg from 'pg'
import type { Env } from '@latchkey/shared/env'
import type { Secret } from '@latchkey/shared/secret'
import { roleOf } from './grants.ts'

type Urls = Pick<
  Env,
  'MIGRATION_DATABASE_URL' | 'DATABASE_URL' | 'JOBS_DATABASE_URL' | 'READONLY_DATABASE_URL'
>

/** Makes the roles and the database that the settings name, as a superuser. Harmless to repeat. */
export async function provision(urls: Urls, adminUrl: Secret): Promise<void> {
  const admin = new pg.Client({ connectionString: adminUrl.reveal() })
  await admin.connect()
  try {
    for (const url of urlsOf(urls)) await ensureRole(admin, url)
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
