import { compiledWrite } from './compiled.ts'
import type { Db, Trx } from './database.ts'
import { kyselyOn, tripsOf } from './open.ts'
import { namedOwner } from './sql.ts'

/** As `namedOwner` in sql.ts says it, for the connection. */
const NAMING = `select set_config('app.owner', $1, true)`

/**
 * The same database with one person in it: what is somebody else's is neither read nor written, whatever a statement
 * forgets to ask for. The wall is the policy `own_rows` of each table; docs/decisions/0030-own-rows.md.
 */
export const ownRowsOf = (db: Db, userId: string): Db =>
  kyselyOn(tripsOf(db).saying({ text: NAMING, values: [userId] }))

const nameOwner = compiledWrite((db, { owner }: { owner: string }) =>
  db.selectNoFrom(namedOwner(owner).as('owner')),
)

/** For the rest of an act whose business is somebody else's row as well. Each that calls it is listed in a test. */
export const lookAtEverybody = (trx: Trx): Promise<void> => nameOwner(trx, { owner: '' })
