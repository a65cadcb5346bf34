import { sql } from 'kysely'
import { compiledRows, compiledWrite } from './compiled.ts'
import type { Db } from './database.ts'

/** Points by key until a time in milliseconds, by the database's clock. */
export type PointsChange = { key: string; points: number; seconds: number }
export type PointsCount = { points: number; secondsLeft: number }

/** All changes at once. A key whose time is over begins anew; one that is there keeps its time. */
export async function addPoints(db: Db, changes: PointsChange[]): Promise<PointsCount[]> {
  const rows = await upsert(db, columnsOf(changes))
  const byKey = new Map(rows.map(({ key, points, secondsLeft }) => [key, { points, secondsLeft }]))
  return changes.map(({ key }) => requireCount(byKey.get(key)))
}

/** What is not known must not look as if it were nothing: whoever is refused would be let in. */
function requireCount(count: PointsCount | undefined): PointsCount {
  if (!Number.isInteger(count?.points) || !Number.isInteger(count?.secondsLeft))
    throw new Error('Postgres did not say how many there are')
  return count as PointsCount
}

/** The same, where nobody asks how many there are now. In a transaction it stands or falls with that. */
export const changePoints = (db: Db, changes: PointsChange[]): Promise<void> =>
  upsertUnread(db, columnsOf(changes))

export async function setPoints(db: Db, change: PointsChange): Promise<void> {
  const { key, points, seconds } = change
  await sql`insert into rate_limits (key, points, expire) values (${key}, ${points}, ${NOW_MS} + ${seconds}::bigint * 1000)
    on conflict (key) do update set points = excluded.points, expire = excluded.expire`.execute(db)
}

export async function clearPoints(db: Db, keys: string[]): Promise<void> {
  await db.deleteFrom('rateLimits').where('key', 'in', keys).execute()
}

const NOW_MS = sql`(extract(epoch from clock_timestamp()) * 1000)::bigint`

type Changes = { keys: string[]; points: number[]; seconds: number[] }
type Row = PointsCount & { key: string }

const columnsOf = (changes: PointsChange[]): Changes => ({
  keys: changes.map(({ key }) => key),
  points: changes.map(({ points }) => points),
  seconds: changes.map(({ seconds }) => seconds),
})

/** In the order of the keys, so that two who change the same ones never wait for each other in a circle. */
const upsertOf = ({ keys, points, seconds }: Changes) => sql`insert into rate_limits (key, points, expire)
  select key, points, ${NOW_MS} + seconds * 1000
  from unnest(${keys}::text[], ${points}::integer[], ${seconds}::bigint[]) as change (key, points, seconds)
  order by key
  on conflict (key) do update set
    points = case when rate_limits.expire <= ${NOW_MS} then 0 else rate_limits.points end + excluded.points,
    expire = case when rate_limits.expire <= ${NOW_MS} then excluded.expire else rate_limits.expire end`

const upsert = compiledRows((db, changes: Changes) => ({
  compile: () =>
    sql<Row>`${upsertOf(changes)}
      returning key, points, greatest(1, ceil((expire - ${NOW_MS}) / 1000.0))::integer as seconds_left`.compile(
      db,
    ),
}))

const upsertUnread = compiledWrite((db, changes: Changes) => ({
  compile: () => upsertOf(changes).compile(db),
}))
