import { type RawBuilder, sql } from 'kysely'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { migrateUp } from '@latchkey/db/migrator'
import { insertPerson } from '@latchkey/db/users'
import { JOB_NAMES, SCHEDULES } from '@latchkey/shared/jobs'
import { RUNS } from '../src/jobs.ts'
import { sweep } from '../src/sweeps/sweep.ts'
import { deleteEndedSessions, type DeleteBatch } from '../src/sweeps/sweeps.queries.ts'
import { eventually, openTestWorker } from './support.ts'

const worker = await openTestWorker()
afterAll(() => worker.close())
const { town, deps } = worker

const person = await town.db
  .transaction()
  .execute((trx) => insertPerson(trx, { email: 'ada@example.com', passwordHash: 'x', displayName: null }))
const userId = person?.id ?? ''
const TABLES = ['sessions', 'oneTimeTokens', 'rateLimits', 'knownDevices'] as const
type Table = (typeof TABLES)[number]
beforeEach(async () => {
  for (const table of TABLES) await town.db.deleteFrom(table).execute()
})

const count = async (table: Table) =>
  (await town.db.selectFrom(table).select(sql.lit(1).as('one')).execute()).length
const payload = { requestId: 'request-0001' }
/** From now on, by the database's clock: before it when negative. */
const at = (shift: string) => sql<Date>`now() + ${shift}::interval`

let made = 0
const bytes = () => Buffer.from(`row-${(made += 1)}`)
const aSession = (ends: RawBuilder<Date>, revokedAt: RawBuilder<Date> | null = null) =>
  town.db
    .insertInto('sessions')
    .values({
      tokenHash: bytes(),
      userId,
      idleSeconds: 60,
      expiresAt: ends,
      absoluteExpiresAt: ends,
      revokedAt,
    })
    .execute()
const aToken = (expiresAt: RawBuilder<Date>, consumedAt: RawBuilder<Date> | null = null) =>
  town.db
    .insertInto('oneTimeTokens')
    .values({ userId, type: 'reset_password', tokenHash: bytes(), expiresAt, consumedAt })
    .execute()
const aCounter = (ends: RawBuilder<Date> | null) =>
  town.db
    .insertInto('rateLimits')
    .values({
      key: String((made += 1)),
      points: 1,
      expire: ends && sql<string>`(extract(epoch from ${ends}) * 1000)::bigint`,
    })
    .execute()
const aDevice = (lastSeenAt: RawBuilder<Date>) =>
  town.db.insertInto('knownDevices').values({ userId, deviceHash: bytes(), lastSeenAt }).execute()

type Edge = {
  job: keyof typeof SCHEDULES & `sweep.${string}`
  table: Table
  what: string
  stays: () => Promise<unknown>
  goes: () => Promise<unknown>
}
const EDGES: Edge[] = [
  {
    job: 'sweep.sessions',
    table: 'sessions',
    what: 'a session past its absolute end',
    stays: () => aSession(at('20 seconds')),
    goes: () => aSession(at('-1 second')),
  },
  {
    job: 'sweep.sessions',
    table: 'sessions',
    what: 'one that was ended early, when its absolute end has come too',
    stays: () => aSession(at('20 seconds'), at('-20 days')),
    goes: () => aSession(at('-1 second'), at('-20 days')),
  },
  {
    job: 'sweep.tokens',
    table: 'oneTimeTokens',
    what: 'a link that expired 7 days ago',
    stays: () => aToken(at('-7 days 20 seconds')),
    goes: () => aToken(at('-7 days -1 second')),
  },
  {
    job: 'sweep.tokens',
    table: 'oneTimeTokens',
    what: 'one that was used 7 days ago',
    stays: () => aToken(at('1 day'), at('-7 days 20 seconds')),
    goes: () => aToken(at('1 day'), at('-7 days -1 second')),
  },
  {
    job: 'sweep.counters',
    table: 'rateLimits',
    what: 'a counter that ended an hour ago',
    stays: () => aCounter(at('-1 hour 20 seconds')),
    goes: () => aCounter(at('-1 hour -1 second')),
  },
  {
    job: 'sweep.devices',
    table: 'knownDevices',
    what: 'a device unseen for 400 days',
    stays: () => aDevice(at('-400 days 20 seconds')),
    goes: () => aDevice(at('-400 days -1 second')),
  },
]

test.each(EDGES)('D19: $job deletes $what, and not a moment before', async ({ job, table, stays, goes }) => {
  await stays()
  await RUNS[job](deps, payload)
  expect(await count(table)).toBe(1)
  await goes()
  await RUNS[job](deps, payload)
  expect(await count(table)).toBe(1)
  await town.db.deleteFrom(table).execute()
  await goes()
  await RUNS[job](deps, payload)
  expect(await count(table)).toBe(0)
})

test('D19: a counter without an end is left alone', async () => {
  await aCounter(null)
  await RUNS['sweep.counters'](deps, payload)
  expect(await count('rateLimits')).toBe(1)
})

describe('D19: many rows', () => {
  /** Chains of ten tokens each, in which every row points at the one before and the one after. */
  const manySessions = (rows: number) =>
    sql`
      with ids as (select gen_random_uuid() as id, n, ${userId}::uuid as user_id from generate_series(1, ${sql.lit(rows)}) n),
      chained as (select id, n, user_id, lag(id) over w as parent, lead(id) over w as next from ids window w as (partition by n / 10 order by n))
      insert into sessions (id, token_hash, user_id, parent_id, replaced_by_session_id, idle_seconds, expires_at, absolute_expires_at)
      select id, decode(lpad(to_hex(n), 8, '0'), 'hex'), user_id, parent, next, 60, now() - interval '1 day', now() - interval '1 day' from chained`.execute(
      town.ownerDb,
    )

  /** What a sweep says, and how many rows each of its statements took. */
  async function watched(deleteBatch: DeleteBatch, stopAfter = Infinity) {
    const batches: number[] = []
    const said: unknown[] = []
    const log = { ...deps.log, info: (facts: unknown) => void said.push(facts) } as unknown as typeof deps.log
    const watching: DeleteBatch = async (db, most) => {
      if (batches.length >= stopAfter) throw new Error('the worker was killed')
      const deleted = await deleteBatch(db, most)
      batches.push(Number(deleted))
      return deleted
    }
    await sweep({ db: deps.db, log }, watching).catch(() => {})
    return { batches, said }
  }

  test('go in batches of 5,000 at most, though they refer to each other, and the log says how many', async () => {
    await manySessions(12_345)
    await aSession(at('1 minute'))
    expect(await watched(deleteEndedSessions)).toEqual({
      batches: [5000, 5000, 2345],
      said: [{ deleted: 12_345 }],
    })
    expect(await count('sessions')).toBe(1)
  })

  test('are gone after the next run, when the worker was killed in the middle', async () => {
    await manySessions(7000)
    expect((await watched(deleteEndedSessions, 1)).batches).toEqual([5000])
    expect(await count('sessions')).toBe(2000)
    expect((await watched(deleteEndedSessions)).said).toEqual([{ deleted: 2000 }])
  })

  test('are shared by two workers that sweep at once', async () => {
    await manySessions(7000)
    const both = await Promise.all([watched(deleteEndedSessions), watched(deleteEndedSessions)])
    const deleted = both.flatMap(({ batches }) => batches).reduce((sum, one) => sum + one, 0)
    expect(deleted).toBe(7000)
  })
})

describe('by the clock', () => {
  const schedules = async () =>
    Object.fromEntries((await worker.mailroom.boss.getSchedules()).map(({ name, cron }) => [name, cron]))

  test('D19: a migration installs every schedule, and takes away what is none any more', async () => {
    expect(await schedules()).toEqual(SCHEDULES)
    await worker.mailroom.boss.schedule('jobs.ping', '* * * * *', payload)
    await migrateUp(town.env, town.ownerDb)
    expect(await schedules()).toEqual(SCHEDULES)
  })

  test('D19: what the clock sends, the worker does', async () => {
    await aSession(at('-1 second'))
    await worker.start()
    const [due] = (await worker.mailroom.boss.getSchedules('sweep.sessions')).map(
      ({ data }) => data as object,
    )
    await worker.mailroom.boss.send('sweep.sessions', due)
    await eventually(async () => (await count('sessions')) === 0)
    expect(JOB_NAMES).toEqual(expect.arrayContaining(Object.keys(SCHEDULES)))
  })
})
