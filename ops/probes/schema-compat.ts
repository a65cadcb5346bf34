import { judge, notChecked } from './finding.ts'
import type { Probe } from './probe.ts'

export const schemaCompat: Probe = {
  name: 'schemaCompatCheck',
  file: 'db/schema-compat-check.json',
  question: 'Has the database every migration, and the schema that this build expects?',
  next: 'npm run migrate -- status, then npm run migrate -- up; drift by hand is undone by hand',
  async ask({ tool }) {
    if (!tool) return notChecked('Needs access to the database.')
    const status = await tool(['db/src/migrate.ts', 'status'])
    if (status.code !== 0) throw new Error(`the migrations could not be read: ${status.stderr.trim()}`)
    const migrations = status.stdout.split('\n').flatMap(migrationIn)
    const check = await tool(['db/schema-check.ts', '--print'])
    const drift = check.stdout.split('\n').flatMap((line) => /^ {2}- (.+)$/.exec(line)?.[1] ?? [])
    const pending = migrations.filter(({ at }) => at === null).map(({ name }) => name)
    return judge(
      [
        ...(migrations.length > 0 ? [] : ['no migration is known']),
        ...pending.map((name) => `${name} is pending`),
        ...drift,
        ...(check.code !== 0 && drift.length === 0
          ? [`the check ended with ${check.code}: ${check.stderr.trim()}`]
          : []),
      ],
      `All ${migrations.length} migrations are there, and the schema is as expected.`,
      { ok: pending.length === 0 && drift.length === 0, head: headOf(migrations), migrations, drift },
      { files: { 'db/migration-status.txt': status.stdout, 'db/schema-compat-check.txt': check.stdout } },
    )
  },
}

type Migration = { name: string; at: string | null }

function migrationIn(line: string): Migration[] {
  const [, at = '', name = ''] = /^(pending|\d{4}-\S+Z) +(\S+)$/.exec(line.trim()) ?? []
  return name ? [{ name, at: at === 'pending' ? null : at }] : []
}

const headOf = (migrations: Migration[]): string | null =>
  migrations.findLast(({ at }) => at !== null)?.name ?? null
