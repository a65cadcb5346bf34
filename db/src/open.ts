import { CamelCasePlugin, Kysely, PostgresDialect, type PostgresPool, sql } from 'kysely'
import pg from 'pg'
import { BRAND } from '@latchkey/shared/brand'
import type { Env } from '@latchkey/shared/env'
import type { Secret } from '@latchkey/shared/secret'
import type { Database, Db } from './database.ts'
import { fewRoundTrips, type RoundTrips } from './round-trips.ts'

export type OpenDbOptions = {
  url: Secret
  as: 'server' | 'jobs' | 'migrate' | 'test'
  /** A connection that broke with no statement under way: worth a log line, never worth the process. */
  onLost?: (error: Error) => void
}

/** Fields of pg's pool that a setting decides. The statement timeout is the server's, so it survives a lost client. */
export function openPool(env: Env, { url, as, onLost }: OpenDbOptions): pg.Pool {
  const pool = new pg.Pool({
    connectionString: url.reveal(),
    application_name: `${BRAND.slug}-${as}`,
    max: env.DATABASE_POOL_SIZE,
    connectionTimeoutMillis: env.DATABASE_CONNECT_TIMEOUT_MS,
    statement_timeout: env.DATABASE_STATEMENT_TIMEOUT_MS,
    idle_in_transaction_session_timeout: env.DATABASE_STATEMENT_TIMEOUT_MS * 2,
    query_timeout: env.DATABASE_STATEMENT_TIMEOUT_MS + 1000,
    keepAlive: true,
  })
  const note = onLost ?? (() => {})
  pool.on('error', note)
  // The pool listens while a client is idle only; one that is lost between two statements of an act must not end us.
  pool.on('connect', (client) => client.on('error', note))
  return pool
}

export const openDb = (env: Env, options: OpenDbOptions): Db => dbOn(openPool(env, options))

const trips = new WeakMap<Db, RoundTrips>()

export function dbOn(pool: pg.Pool): Db {
  const ours = fewRoundTrips(pool)
  const db = kyselyOn(ours)
  trips.set(db, ours)
  return db
}

export function tripsOf(db: Db): RoundTrips {
  const ours = trips.get(db)
  if (!ours) throw new Error('not a database that was opened here')
  return ours
}

/** Remembers each name that it has met. */
const namedAsInCode = new CamelCasePlugin({ maintainNestedObjectKeys: true })

export const kyselyOn = (pool: PostgresPool): Db =>
  new Kysely<Database>({ dialect: new PostgresDialect({ pool }), plugins: [namedAsInCode] })

/** The smallest question there is. */
export async function isReachable(db: Db): Promise<boolean> {
  try {
    await sql`select 1`.execute(db)
    return true
  } catch {
    return false
  }
}
