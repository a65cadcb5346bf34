import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { type Env, requireEnv, type Source } from '@latchkey/shared/env'
import { Secret } from '@latchkey/shared/secret'
import type { Db } from './database.ts'
import { migrateUp } from './migrator.ts'
import { openDb } from './open.ts'
import { provision } from './provisioning.ts'

/** A database of its own for a test file, made from a migrated template by the real roles. */
export type TestDb = { env: Env; db: Db; ownerDb: Db; close(): Promise<void> }

export async function openTestDb(settings: Source = {}): Promise<TestDb> {
  await ensureTemplate()
  const name = `t_${randomBytes(6).toString('hex')}`
  await asAdmin((admin) =>
    admin.query(`create database ${name} owner latchkey_owner template ${TEMPLATE} strategy file_copy`),
  )
  const env = testEnv(name, settings)
  await provision(env, adminUrl())
  const db = openDb(env, { url: env.DATABASE_URL, as: 'test' })
  const ownerDb = openDb(env, { url: env.MIGRATION_DATABASE_URL, as: 'test' })
  return { env, db, ownerDb, close: async () => void (await Promise.all([db.destroy(), ownerDb.destroy()])) }
}

/** Settings of a test: the cheap password profile, raised limits, throwaway secrets, a silent log. */
export function testEnv(database: string, settings: Source = {}): Env {
  return requireEnv({
    ENV: 'test',
    PASSWORD_PROFILE: 'test',
    RATE_LIMITS: (settings['ENV'] ?? 'test') === 'test' ? 'raised' : 'shipped',
    CAPTCHA: (settings['ENV'] ?? 'test') === 'test' ? 'off' : 'ladder',
    LOG_LEVEL: 'silent',
    DATABASE_URL: urlFor('app', database),
    MIGRATION_DATABASE_URL: urlFor('owner', database),
    JOBS_DATABASE_URL: urlFor('jobs', database),
    READONLY_DATABASE_URL: urlFor('readonly', database),
    DATABASE_POOL_SIZE: '5',
    SESSION_SECRET: 'session-secret-that-only-tests-know-0001',
    TOKEN_PEPPER: 'token-pepper-that-only-tests-know-000001',
    ENCRYPTION_KEYS: JSON.stringify({ v1: Buffer.alloc(32, 7).toString('base64') }),
    ...settings,
  })
}

/** The same settings as a process of its own reads them. */
export const sourceOf = (env: Env): Record<string, string> =>
  Object.fromEntries(Object.entries(env).map(([key, value]) => [key, textOf(value)]))

function textOf(value: unknown): string {
  if (value instanceof Secret) return value.reveal()
  if (Array.isArray(value)) return value.join(',')
  if (typeof value !== 'object' || value === null) return String(value)
  return JSON.stringify(Object.fromEntries(Object.entries(value).map(([key, one]) => [key, textOf(one)])))
}

/** As a restart of Postgres would: every connection to this database is lost at once. Says how many. */
export async function dropConnections(env: Env): Promise<number> {
  const database = new URL(env.DATABASE_URL.reveal()).pathname.slice(1)
  const { rowCount } = await asAdmin((admin) =>
    admin.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [database]),
  )
  return rowCount ?? 0
}

const TEMPLATE = 'latchkey_template'
/** Any number, the same in every process that makes the template. */
const TEMPLATE_LOCK = 7_402_315

async function ensureTemplate(): Promise<void> {
  await asAdmin(async (admin) => {
    await admin.query('select pg_advisory_lock($1)', [TEMPLATE_LOCK])
    const { rowCount } = await admin.query('select 1 from pg_database where datname = $1 and datistemplate', [
      TEMPLATE,
    ])
    if (rowCount) return
    const env = testEnv(TEMPLATE)
    await provision(env, adminUrl())
    const db = openDb(env, { url: env.MIGRATION_DATABASE_URL, as: 'migrate' })
    try {
      await migrateUp(env, db)
    } finally {
      await db.destroy()
    }
    await admin.query(`alter database ${TEMPLATE} is_template true`)
  })
}

async function asAdmin<T>(deed: (admin: pg.Client) => Promise<T>): Promise<T> {
  const admin = new pg.Client({ connectionString: adminUrl().reveal() })
  await admin.connect()
  try {
    return await deed(admin)
  } finally {
    await admin.end()
  }
}

function adminUrl(): Secret {
  const url = process.env['TEST_POSTGRES_URL']
  if (!url) throw new Error('TEST_POSTGRES_URL is missing; run tests with: npm run vitest')
  return new Secret(url)
}

function urlFor(role: 'owner' | 'app' | 'jobs' | 'readonly', database: string): string {
  const url = new URL(adminUrl().reveal())
  url.username = `latchkey_${role}`
  url.password = `${role}-password`
  url.pathname = `/${database}`
  return url.href
}
