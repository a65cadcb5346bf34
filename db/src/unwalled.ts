import { sql } from 'kysely'
import type { Env } from '@latchkey/shared/env'
import type { Db } from './database.ts'
import { roleOf } from './grants.ts'

/**
 * The server's role, where no policy holds it. One that serves for everything is the owner, and whoever chose that knows
 * what it costs.
 */
export async function unwalledRole(
  env: Pick<Env, 'DATABASE_URL' | 'MIGRATION_DATABASE_URL'>,
  db: Db,
): Promise<string[]> {
  const owner = roleOf(env.MIGRATION_DATABASE_URL)
  const app = roleOf(env.DATABASE_URL)
  if (app === owner) return []
  const { rows } = await sql<{ role: string }>`
    select rolname as role from pg_roles
     where rolname = ${app} and (rolsuper or rolbypassrls or pg_has_role(oid, ${owner}, 'usage'))`.execute(db)
  return rows.map(
    ({ role }) =>
      `role ${role}: walks around the policies of rows, as a superuser, with bypassrls or as an owner`,
  )
}
