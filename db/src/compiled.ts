import type { CompiledQuery } from 'kysely'
import type { Db } from './database.ts'

/**
 * For the one statement that every request runs: builds and compiles it the first time, and afterwards only puts
 * the value in. `build` is given a stand-in for that value.
 */
export function compiledOnce<Value, Row>(
  build: (db: Db, value: Value) => { compile(): CompiledQuery<Row> },
): (db: Db, value: Value) => Promise<Row | undefined> {
  let template: { query: CompiledQuery<Row>; at: number } | undefined

  function prepare(db: Db) {
    const standIn = Symbol('value') as Value
    const query = build(db, standIn).compile()
    return { query, at: query.parameters.indexOf(standIn) }
  }

  return async (db, value) => {
    const { query, at } = (template ??= prepare(db))
    const { rows } = await db.executeQuery<Row>({ ...query, parameters: query.parameters.with(at, value) })
    return rows[0]
  }
}
