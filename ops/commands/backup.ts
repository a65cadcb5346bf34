import type { Command } from '../deeds/run.ts'
import { execute } from './docker.ts'
import { operand } from './operand.ts'

/** The dump comes out of the container and stands on the host, for nobody else to read. Answers how many bytes it has. */
export const dumpTo = (file: string, database: string): Command => [
  ...(['sh', '-c', DUMP, 'latchkey'] as const),
  ...[operand('path', file), operand('database', database)],
]
const DUMP = `umask 077
docker compose exec -T postgres pg_dump --username=postgres --no-password --format=custom -- "$2" > "$1" && wc -c < "$1"`

export const restoreFrom = (file: string, database: string): Command => [
  ...(['sh', '-c', RESTORE, 'latchkey'] as const),
  ...[operand('path', file), operand('database', database)],
]
const RESTORE = `docker compose exec -T postgres pg_restore --username=postgres --no-password --exit-on-error --single-transaction --dbname="$2" < "$1"`

const ask = (user: string, database: string, question: string): Command =>
  execute(
    ...(['postgres', 'psql', `--username=${operand('user', user)}`, '--no-password', '--no-psqlrc'] as const),
    ...['--tuples-only', '--no-align', '--set=ON_ERROR_STOP=1', '--command', question],
    operand('database', database),
  )

/** `table|rows`, one a line, counted and not estimated. What comes and goes by the second is left out: counters and the queue. */
export const countRows = (user: string, database: string): Command => ask(user, database, COUNT)
const COUNT = `select table_schema || '.' || table_name, (xpath('/row/n/text()', query_to_xml(format('select count(*) as n from %I.%I', table_schema, table_name), false, true, '')))[1]::text
from information_schema.tables where table_type = 'BASE TABLE' and table_schema = 'public' and table_name <> 'rate_limits' order by 1`

/**
 * What a database is made of, a line each: migrations, columns, constraints, indexes, triggers, functions, policies, and who may
 * do what. By their names and kinds; how an expression is written may change on its way through a dump, and mean the same.
 */
export const tellShape = (user: string, database: string): Command => ask(user, database, SHAPE)
const SHAPE = `with ours as (select oid, nspname from pg_namespace where nspname !~ '^pg_' and nspname <> 'information_schema'),
relations as (select r.oid, nspname || '.' || relname as name, relkind, relowner, relacl from pg_class r join ours on ours.oid = relnamespace)
select 'column ' || name || '.' || attname || ' ' || format_type(atttypid, atttypmod) || case when attnotnull then ' not null' else '' end
  from relations join pg_attribute on attrelid = relations.oid and attnum > 0 and not attisdropped where relkind in ('r', 'p', 'v', 'm')
union select 'constraint ' || name || ' ' || contype::text || ' ' || conname from relations join pg_constraint on conrelid = relations.oid
union select 'index ' || name || ' of ' || indrelid::regclass from relations join pg_index on indexrelid = relations.oid
union select 'trigger ' || name || ' ' || tgname || ' ' || tgenabled::text from relations join pg_trigger on tgrelid = relations.oid and not tgisinternal
union select 'policy ' || name || ' ' || polname || ' for ' || polcmd::text || case when relrowsecurity then '' else ', which is off' end
  from relations join pg_class on pg_class.oid = relations.oid join pg_policy on polrelid = relations.oid
union select 'sequence ' || name from relations where relkind = 'S'
union select 'function ' || nspname || '.' || proname || '(' || pg_get_function_identity_arguments(p.oid) || ') ' || md5(prosrc) from pg_proc p join ours on ours.oid = pronamespace
union select 'grant ' || privilege_type || ' on ' || name || ' to ' || case when grantee = 0 then 'everybody' else pg_get_userbyid(grantee) end
  from relations, aclexplode(coalesce(relacl, acldefault(case relkind when 'S' then 's' else 'r' end::"char", relowner))) where relkind in ('r', 'p', 'v', 'm', 'S')
union select 'migration ' || name from kysely_migration
order by 1`

/** By their names, which are times: the newest stay. What a killed run has left half is none. */
export const pruneDumps = (folder: string, kept: number): Command => [
  ...(['sh', '-c', PRUNE, 'latchkey'] as const),
  ...[operand('path', folder), String(Math.trunc(kept) + 1)],
]
const PRUNE = `cd -- "$1" && rm -f -- *.dump.new && ls -1 | grep '\\.dump$' | sort -r | tail -n "+$2" | while read -r old; do rm -f -- "$old"; done`
