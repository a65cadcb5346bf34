import type { Command } from '../deeds/run.ts'
import { execute } from './docker.ts'
import { operand } from './operand.ts'

/** The dump comes out of the container and stands on the host, whole or not at all, for nobody else to read. */
export const dumpTo = (file: string, database: string): Command => [
  ...(['sh', '-c', DUMP, 'latchkey'] as const),
  ...[operand('path', file), operand('database', database)],
]
const DUMP = `set -e; umask 077
docker compose exec -T postgres pg_dump --username=postgres --no-password --format=custom -- "$2" > "$1.new"
mv -f -- "$1.new" "$1"`

export const restoreFrom = (file: string, database: string): Command => [
  ...(['sh', '-c', RESTORE, 'latchkey'] as const),
  ...[operand('path', file), operand('database', database)],
]
const RESTORE = `docker compose exec -T postgres pg_restore --username=postgres --no-password --exit-on-error --single-transaction --dbname="$2" < "$1"`

/** `table|rows`, one a line, counted and not estimated. What comes and goes by the second is left out: counters and the queue. */
export const countRows = (user: string, database: string): Command =>
  execute(
    ...(['postgres', 'psql', `--username=${operand('user', user)}`, '--no-password', '--no-psqlrc'] as const),
    ...[
      '--tuples-only',
      '--no-align',
      '--set=ON_ERROR_STOP=1',
      '--command',
      COUNT,
      operand('database', database),
    ],
  )
const COUNT = `select table_schema || '.' || table_name, (xpath('/row/n/text()', query_to_xml(format('select count(*) as n from %I.%I', table_schema, table_name), false, true, '')))[1]::text
from information_schema.tables where table_type = 'BASE TABLE' and table_schema = 'public' and table_name <> 'rate_limits' order by 1`

/** By their names, which are times: the newest stay. */
export const pruneDumps = (folder: string, kept: number): Command => [
  ...(['sh', '-c', PRUNE, 'latchkey'] as const),
  ...[operand('path', folder), String(Math.trunc(kept) + 1)],
]
const PRUNE = `cd -- "$1" && ls -1 | grep '\\.dump$' | sort -r | tail -n "+$2" | while read -r old; do rm -f -- "$old"; done`
