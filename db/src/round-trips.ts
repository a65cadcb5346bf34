import { createHash } from 'node:crypto'
import type { PostgresPool, PostgresPoolClient } from 'kysely'
import pg from 'pg'
import { type Answer, Exchange, nothingPrepared, type Statement, valuesOf } from './exchange.ts'

/**
 * Stands between Kysely and the pool, and asks Postgres as seldom as can be: each distinct statement is parsed once a
 * connection, and inside a transaction whatever nobody waits for goes out with the next thing that somebody does.
 * Measured by `npm run bench:session-read` and `bench:login-storm`; docs/decisions/0010-round-trips.md has the figures.
 */
export function fewRoundTrips(pool: pg.Pool): RoundTrips {
  const wrapped = new WeakMap<pg.PoolClient, Wrapped>()
  async function connect(preface: Statement[]): Promise<PostgresPoolClient> {
    const client = await pool.connect()
    const known = wrapped.get(client) ?? wrap(client)
    wrapped.set(client, known)
    return known.opening(preface)
  }
  const rest = { options: pool.options, end: () => pool.end() }
  return {
    ...rest,
    connect: () => connect([]),
    saying: ({ text, values }) => {
      const preface = [{ text, name: nameOf(text), values: valuesOf(values) }]
      return { ...rest, connect: () => connect(preface) }
    },
  }
}

/** `saying` is the same pool, where each transaction begins with a statement, and each statement is one with it. */
export type RoundTrips = PostgresPool & {
  saying(first: { text: string; values: readonly unknown[] }): PostgresPool
}

/** A list of unbounded length makes texts without end; past this many, statements go unnamed. */
const MOST_NAMES = 500
const names = new Map<string, string>()

function nameOf(text: string): string | undefined {
  const known = names.get(text)
  if (known !== undefined || names.size >= MOST_NAMES) return known
  const name = createHash('sha256').update(text).digest('base64url').slice(0, 22)
  names.set(text, name)
  return name
}

/** Nobody reads what these answer, so nobody has to wait for them. That they failed is told by what goes out next. */
const unread = new Set<string>()
export const neverRead = (text: string): void => void unread.add(text)

const UNASKED: Answer = { command: '', rowCount: null, rows: [] }

type Wrapped = { opening(preface: Statement[]): PostgresPoolClient }

function wrap(client: pg.PoolClient): Wrapped {
  const prepared = nothingPrepared()
  let preface: Statement[] = []
  let beginning: Statement[] = []
  let isOpen = false
  let held: Statement[] = []
  let broken = false

  function ask(statements: Statement[]): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const settle: Exchange['callback'] = (error, answer) =>
        error || !answer ? reject(telling(error)) : resolve(answer)
      client.query(new Exchange(statements, prepared, settle))
    })
  }

  /** What Postgres did not say, the connection did: whatever was asked may still be under way on it. */
  function telling(error: unknown): unknown {
    if (!(error instanceof pg.DatabaseError)) broken = true
    return error
  }

  function release(): Statement[] {
    const before = held
    held = []
    return before
  }

  function end(text: string): Promise<Answer> | Answer {
    isOpen = false
    const before = release()
    const hasBegun = before[0] !== beginning[0]
    if (text === 'rollback') return hasBegun ? ask([wordOf(text)]) : { ...UNASKED, command: 'ROLLBACK' }
    // A transaction in which nothing was said never was.
    return hasBegun || before.length > beginning.length
      ? ask([...before, wordOf(text)])
      : { ...UNASKED, command: 'COMMIT' }
  }

  async function query(text: string, given: readonly unknown[]): Promise<Answer> {
    if (OPENS.test(text)) {
      isOpen = true
      beginning = [wordOf(text), ...preface]
      held = [...beginning]
      return UNASKED
    }
    if (text === 'commit' || text === 'rollback') return end(text)
    if (given.length === 0 && (isOpen || preface.length === 0)) return askPlainly(text)
    const statement = { text, name: nameOf(text), values: valuesOf(given) }
    if (!isOpen) return ask([...preface, statement])
    if (!unread.has(text)) return ask([...release(), statement])
    held.push(statement)
    return UNASKED
  }

  /** May be several statements in one text, as migrations are: the driver knows how. */
  async function askPlainly(text: string): Promise<Answer> {
    const before = release()
    if (before.length > 0) await ask(before)
    try {
      return await client.query(text)
    } catch (error) {
      throw telling(error)
    }
  }

  const wrapped = {
    query,
    release(destroy = false) {
      held = []
      isOpen = false
      client.release(destroy || broken)
    },
  } as unknown as PostgresPoolClient
  return {
    opening(first) {
      preface = first
      return wrapped
    },
  }
}

const wordOf = (text: string): Statement => ({ text, name: text, values: [] })
/** The second where it says how much it is to see of others, or that it only reads. */
const OPENS = /^(begin|start transaction\b.*)$/
