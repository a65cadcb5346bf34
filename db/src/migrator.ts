import { Migrator, type MigrationResultSet } from 'kysely/migration'
import type { Env } from '@latchkey/shared/env'
import { installQueues } from './boss.ts'
import type { Db } from './database.ts'
import { grantRoles, isGranted } from './grants.ts'
import { migrations } from './migrations.ts'

export type Step = { name: string; at: Date | undefined }
/** By the names of migrations: what this build brings, what the database has, and the oldest build that can live with it. */
export type Range = { head: string; live: string | null; oldest: string | null }

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

/** Whether a process of this build finds all that it needs, as the role that it comes as. */
export async function isReady(db: Db): Promise<boolean> {
  const steps = await migrationStatus(db)
  return steps.every(({ at }) => at !== undefined) && (await isGranted(db))
}

/**
 * A build runs on a database that is ahead of it, as long as nothing was taken away that it uses. A migration that takes
 * something away says so (`export const breaksOlder = true`), and comes a release after the code that has let go of it.
 */
export async function rangeOf(db: Db): Promise<Range> {
  const [steps, all] = await Promise.all([migrationStatus(db), migrations.getMigrations()])
  const applied = steps.filter(({ at }) => at).map(({ name }) => name)
  const breaking = applied.filter((name) => 'breaksOlder' in (all[name] ?? {}))
  return {
    head: steps.at(-1)?.name ?? '',
    live: applied.at(-1) ?? null,
    oldest: breaking.at(-1) ?? applied[0] ?? null,
  }
}

function namesOf({ error, results = [] }: MigrationResultSet): string[] {
  if (error) throw error
  return results.filter(({ status }) => status === 'Success').map(({ migrationName }) => migrationName)
}
