import { type RawBuilder, sql } from 'kysely'
import type { Role } from '@latchkey/shared/roles'

/** The fragments that the query builder has no word for. Raw SQL stays in this workspace. */
export const now: RawBuilder<Date> = sql<Date>`now()`

/** Nothing where there are no seconds. */
export const secondsFromNow = <Seconds extends number | null>(
  seconds: Seconds,
): RawBuilder<Seconds extends null ? Date | null : Date> =>
  sql`now() + make_interval(secs => ${seconds}::float8)`

/** One row for each. */
export const eachOf = <T extends string>(values: T[]): RawBuilder<T> => sql<T>`unnest(${values}::text[])`

export const sooner = (a: RawBuilder<Date>, b: RawBuilder<Date>): RawBuilder<Date> =>
  sql<Date>`least(${a}, ${b})`

/** By the database's clock; unknown where there is no such instant. */
export const isOver = (column: string): RawBuilder<boolean | null> =>
  sql<boolean | null>`${sql.ref(column)} <= now()`

export const longAgo = (seconds: number): RawBuilder<Date> =>
  sql<Date>`now() - make_interval(secs => ${sql.lit(seconds)})`

/** For a column that keeps milliseconds since 1970. */
export const millisecondsAgo = (seconds: number): RawBuilder<string> =>
  sql<string>`((extract(epoch from now()) - ${sql.lit(seconds)}) * 1000)::bigint`

/** A text that may be null, as the address column wants it. */
export const asAddress = (ip: string | null): RawBuilder<string | null> => sql<string | null>`${ip}::inet`

/** By the database's clock, so that two hosts never disagree about what has expired. */
export const secondsUntil = (column: string): RawBuilder<number> =>
  sql<number>`extract(epoch from ${sql.ref(column)} - now())::float8`

export const secondsSince = (column: string): RawBuilder<number> =>
  sql<number>`extract(epoch from now() - ${sql.ref(column)})::float8`

/** Idle time starts anew, within what is left of the absolute life. */
export const slidExpiry: RawBuilder<Date> = sql<Date>`least(absolute_expires_at, now() + make_interval(secs => idle_seconds))`

export const rolesOf = (userId: string): RawBuilder<Role[]> =>
  sql<Role[]>`array(select role from user_roles where user_id = ${sql.ref(userId)} order by role)`

/** A sealed value begins with the version of its key. */
export const keyVersionOf = (column: string): RawBuilder<string> =>
  sql<string>`split_part(${sql.ref(column)}, '.', 1)`

/** Held to the end of the transaction: whoever wants the same waits. */
export const turnOf = (what: string): RawBuilder<unknown> =>
  sql`pg_advisory_xact_lock(hashtextextended(${what}, 0))`

/** For a statement of which one may run at a time: to whoever comes meanwhile it is false, once and for all its rows. */
export const nobodyElseDoes = (task: string): RawBuilder<boolean> =>
  sql<boolean>`(select pg_try_advisory_xact_lock(hashtext(${task})))`

/** Whose rows there are, until the transaction ends; nobody named is everybody. */
export const namedOwner = (userId: string): RawBuilder<string> =>
  sql<string>`set_config('app.owner', ${userId}, true)`
