import { sql } from 'kysely'
import type { Db } from './database.ts'

/** The catalogue as data: what a schema check compares. Names of our own tables only. */
export type Schema = { tables: Record<string, Table> }
export type Table = {
  columns: Record<string, string>
  indexes: string[]
  constraints: string[]
  triggers: string[]
  policies: string[]
}

export async function readSchema(db: Db): Promise<Schema> {
  const { rows } = await sql<{ kind: keyof typeof READ; table: string; name: string; is: string }>`
    with ours as (
      select c.oid, c.relname from pg_class c
      where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and c.relname not like 'kysely_%'
    )
    select 'column' as kind, o.relname as table, a.attname as name,
      format_type(a.atttypid, a.atttypmod)
        || case when a.attnotnull then ' not null' else '' end
        || case when a.attidentity <> '' then ' identity ' || a.attidentity::text else '' end
        || coalesce(' default ' || pg_get_expr(d.adbin, d.adrelid), '') as is
    from ours o join pg_attribute a on a.attrelid = o.oid and a.attnum > 0 and not a.attisdropped
    left join pg_attrdef d on d.adrelid = o.oid and d.adnum = a.attnum
    union all
    select 'index', o.relname, i.relname, pg_get_indexdef(x.indexrelid)
    from ours o join pg_index x on x.indrelid = o.oid join pg_class i on i.oid = x.indexrelid
    union all
    select 'constraint', o.relname, k.conname, pg_get_constraintdef(k.oid)
    from ours o join pg_constraint k on k.conrelid = o.oid
    union all
    select 'trigger', o.relname, t.tgname, pg_get_triggerdef(t.oid)
    from ours o join pg_trigger t on t.tgrelid = o.oid and not t.tgisinternal
    union all
    select 'policy', o.relname, p.polname,
      case when c.relrowsecurity then 'on ' else 'OFF ' end || p.polname || ' for ' || p.polcmd::text
        || ' to ' || array_to_string(p.polroles::regrole[]::text[], ' ')
        || coalesce(' using ' || pg_get_expr(p.polqual, p.polrelid), '')
        || coalesce(' with check ' || pg_get_expr(p.polwithcheck, p.polrelid), '')
    from ours o join pg_class c on c.oid = o.oid join pg_policy p on p.polrelid = o.oid
    order by 1, 2, 3`.execute(db)

  const tables: Schema['tables'] = {}
  for (const { kind, table, name, is } of rows)
    READ[kind](
      (tables[table] ??= { columns: {}, indexes: [], constraints: [], triggers: [], policies: [] }),
      name,
      is,
    )
  return { tables }
}

const READ = {
  column: (table: Table, name: string, is: string) => void (table.columns[name] = is),
  index: (table: Table, _name: string, is: string) => void table.indexes.push(is),
  constraint: (table: Table, name: string, is: string) => void table.constraints.push(`${name} ${is}`),
  trigger: (table: Table, _name: string, is: string) => void table.triggers.push(is),
  policy: (table: Table, _name: string, is: string) => void table.policies.push(is),
}
