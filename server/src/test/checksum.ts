import { sql } from 'kysely'
import type { Db } from '@latchkey/db/database'

/** Every table with a sum over all of its rows: two that are equal mean that nothing was written in between. */
export async function checksumOf(db: Db): Promise<Record<string, string>> {
  const tables = await sql<{ name: string }>`
    select format('%I.%I', table_schema, table_name) as name from information_schema.tables
    where table_type = 'BASE TABLE' and (table_schema = 'public' or (table_schema = 'pgboss' and table_name = 'job'))
  `.execute(db)
  const sums = tables.rows.map(
    ({ name }) =>
      sql`select ${sql.lit(name)} as name,
        md5(coalesce(string_agg(rows::text, '|' order by rows::text), '')) as sum from ${sql.raw(name)} as rows`,
  )
  const { rows } = await sql<{ name: string; sum: string }>`${sql.join(sums, sql` union all `)}`.execute(db)
  return Object.fromEntries(rows.map(({ name, sum }) => [name, sum]))
}
