import { sql } from 'kysely'
import type { Env } from '@latchkey/shared/env'
import type { Secret } from '@latchkey/shared/secret'
import type { Db } from './database.ts'

type Privilege = 'select' | 'insert' | 'update' | 'delete'
const READ = ['select'] as const
const APPEND = ['select', 'insert'] as const
const WRITE = ['select', 'insert', 'update', 'delete'] as const

/** Who may do what to which table. A role that is not named here for a table may do nothing to it. */
const GRANTS: Record<string, { app: readonly Privilege[]; jobs: readonly Privilege[] }> = {
  users: { app: WRITE, jobs: READ },
  profiles: { app: WRITE, jobs: READ },
  roles: { app: READ, jobs: READ },
  user_roles: { app: WRITE, jobs: READ },
  sessions: { app: WRITE, jobs: WRITE },
  one_time_tokens: { app: WRITE, jobs: WRITE },
  email_outbox: { app: APPEND, jobs: WRITE },
  known_devices: { app: WRITE, jobs: WRITE },
  rate_limits: { app: WRITE, jobs: WRITE },
  audit_events: { app: APPEND, jobs: APPEND },
  // For whoever waits until the database is as its build needs it.
  kysely_migration: { app: READ, jobs: READ },
}

/** Where one role serves for everything there is nothing to grant. */
export async function grantRoles(env: Env, db: Db): Promise<void> {
  const owner = roleOf(env.MIGRATION_DATABASE_URL)
  const app = roleOf(env.DATABASE_URL)
  const jobs = roleOf(env.JOBS_DATABASE_URL)
  const readonly = env.READONLY_DATABASE_URL && roleOf(env.READONLY_DATABASE_URL)

  await db.transaction().execute(async (trx) => {
    for (const role of new Set([app, jobs, readonly])) {
      if (!role || role === owner) continue
      await sql`grant usage on schema public to ${sql.id(role)}`.execute(trx)
      await sql`revoke all on all tables in schema public from ${sql.id(role)}`.execute(trx)
    }
    for (const [table, may] of Object.entries(GRANTS)) {
      if (app !== owner) await grant(trx, app, { table, privileges: may.app })
      if (jobs !== owner) await grant(trx, jobs, { table, privileges: may.jobs })
      if (readonly && readonly !== owner) await grant(trx, readonly, { table, privileges: READ })
    }
    for (const role of new Set([app, jobs])) if (role !== owner) await grantQueues(trx, role)
  })
}

/** Whether this role has been given what it is owed. The queues' grants come in the same transaction. */
export async function isGranted(db: Db): Promise<boolean> {
  const { rows } = await sql<{ all: boolean }>`
    select bool_and(coalesce(has_table_privilege(to_regclass('public.' || quote_ident(name)), 'select'), false)) as all
      from unnest(${Object.keys(GRANTS)}::text[]) as name`.execute(db)
  return rows[0]?.all ?? false
}

const grant = (
  db: Db,
  role: string,
  { table, privileges }: { table: string; privileges: readonly Privilege[] },
) => sql`grant ${sql.raw(privileges.join(', '))} on table ${sql.id(table)} to ${sql.id(role)}`.execute(db)

/** The queue library moves its own rows about; both of its users need all of its tables, and none may alter them. */
async function grantQueues(db: Db, role: string): Promise<void> {
  await sql`grant usage on schema pgboss to ${sql.id(role)}`.execute(db)
  await sql`grant select, insert, update, delete on all tables in schema pgboss to ${sql.id(role)}`.execute(
    db,
  )
  await sql`grant usage, select on all sequences in schema pgboss to ${sql.id(role)}`.execute(db)
  await sql`grant execute on all functions in schema pgboss to ${sql.id(role)}`.execute(db)
}

export const roleOf = (url: Secret): string => decodeURIComponent(new URL(url.reveal()).username)
