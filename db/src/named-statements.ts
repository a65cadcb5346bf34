import { createHash } from 'node:crypto'
import type { PostgresPool, PostgresPoolClient, PostgresQueryResult } from 'kysely'
import pg from 'pg'

/**
 * Gives each distinct statement a name, so that Postgres parses and plans it once a connection.
 * Measured by `npm run bench:session-read`; docs/decisions/0010-named-statements.md has the figures.
 */
export function namedStatements(pool: pg.Pool): PostgresPool {
  const wrapped = new WeakMap<pg.PoolClient, PostgresPoolClient>()
  return {
    options: pool.options,
    async connect() {
      const client = await pool.connect()
      const known = wrapped.get(client) ?? named(client)
      wrapped.set(client, known)
      return known
    },
    end: () => pool.end(),
  }
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

function named(client: pg.PoolClient): PostgresPoolClient {
  let broken = false

  async function query(text: string, values: readonly unknown[]): Promise<PostgresQueryResult<unknown>> {
    const name = values.length > 0 ? nameOf(text) : undefined
    try {
      const result = await client.query({ text, values: [...values], ...(name && { name }) })
      return result as unknown as PostgresQueryResult<unknown>
    } catch (error) {
      // Not Postgres's word but a lost or silent connection: whatever was asked may still be under way on it.
      if (!(error instanceof pg.DatabaseError)) broken = true
      throw error
    }
  }

  return {
    query: query as unknown as PostgresPoolClient['query'],
    release: (destroy = false) => client.release(destroy || broken),
  }
}
