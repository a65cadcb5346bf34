import type { CompiledQuery } from 'kysely'
import type { Db } from './database.ts'
import { neverRead } from './round-trips.ts'

/**
 * For statements that are run all the time: builds and compiles one the first time, and afterwards only puts the
 * values in. `build` is given stand-ins, so it may place values but not look at them.
 */
export function compiledRows<Values extends Record<string, unknown>, Row>(
  build: Build<Values, Row>,
): (db: Db, values: Values) => Promise<Row[]> {
  let template: Template<Row> | undefined

  return async (db, values) => {
    const { query, names } = (template ??= templateOf(db, build))
    const parameters = query.parameters.map((fixed, at) => {
      const name = names[at]
      return name === undefined ? fixed : values[name]
    })
    const { rows } = await db.executeQuery<Row>({ ...query, parameters })
    return rows
  }
}

/** The same for a statement that answers with one row or none. */
export function compiledOnce<Values extends Record<string, unknown>, Row>(
  build: Build<Values, Row>,
): (db: Db, values: Values) => Promise<Row | undefined> {
  const all = compiledRows(build)
  return async (db, values) => (await all(db, values))[0]
}

/**
 * The same for a statement whose answer nobody reads. In a transaction it is not waited for: it goes out with the next
 * one that is, the commit at the latest, and if it fails that one does. Not for a lock that something else relies on.
 */
export function compiledWrite<Values extends Record<string, unknown>>(
  build: Build<Values, unknown>,
): (db: Db, values: Values) => Promise<void> {
  const all = compiledRows<Values, unknown>((db, values) => {
    const query = build(db, values).compile()
    neverRead(query.sql)
    return { compile: () => query }
  })
  return async (db, values) => void (await all(db, values))
}

type Build<Values, Row> = (db: Db, values: Values) => { compile(): CompiledQuery<Row> }

type Template<Row> = { query: CompiledQuery<Row>; names: (string | undefined)[] }

function templateOf<Values extends Record<string, unknown>, Row>(
  db: Db,
  build: Build<Values, Row>,
): Template<Row> {
  const standIns = new Map<unknown, string>()
  const values = new Proxy({} as Values, {
    get(_, name: string) {
      const standIn = Symbol(name)
      standIns.set(standIn, name)
      return standIn
    },
  })
  const query = build(db, values).compile()
  return { query, names: query.parameters.map((parameter) => standIns.get(parameter)) }
}
