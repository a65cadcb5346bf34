import { Migrator, type MigrationResultSet } from 'kysely/migration'
import type { Env } from '@latchkey/shared/env'
import { installQueues } from './boss.ts'
import type { Db } from './database.ts'
import { grantRoles } from './grants.ts'
import { migrations } from './migrations.ts'

export type Step = { name: string; at: Date | undefined }

const migratorOf = (db: Db): Migrator => new Migrator({ db, provider: migrations })

/** Everything that a new build needs of the database: tables, queues, grants. Harmless to repeat. */
export async function migrateUp(env: Env, db: Db): Promise<string[]> {
  const applied = namesOf(await migratorOf(db).migrateToLatest())
  await installQueues(env)
  await grantRoles(env, db)
  return applied
}

export async function migrateDown(db: Db): Promise<string[]> {
  return namesOf(await migratorOf(db).migrateDown())
}

export async function migrationStatus(db: Db): Promise<Step[]> {
  const steps = await migratorOf(db).getMigrations()
  return steps.map(({ name, executedAt }) => ({ name, at: executedAt }))
}

function namesOf({ error, results = [] }: MigrationResultSet): string[] {
  if (error) throw error
  return results.filter(({ status }) => status === 'Success').map(({ migrationName }) => migrationName)
}
