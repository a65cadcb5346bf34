import { readdir } from 'node:fs/promises'
import type { Migration, MigrationProvider } from 'kysely/migration'

const FOLDER = new URL('../migrations/', import.meta.url)

/** Files in the order of their names: `0001_people.ts`, `0002_…`. */
export const migrations: MigrationProvider = {
  async getMigrations() {
    const files = (await readdir(FOLDER)).filter((name) => /^\d{4}_[a-z0-9_]+\.ts$/.test(name)).sort()
    const entries = await Promise.all(
      files.map(async (file) => [
        file.replace(/\.ts$/, ''),
        (await import(new URL(file, FOLDER).href)) as Migration,
      ]),
    )
    return Object.fromEntries(entries) as Record<string, Migration>
  },
}
