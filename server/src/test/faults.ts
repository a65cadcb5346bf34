import { Exchange } from '@latchkey/db/exchange'
import { vi } from 'vitest'

/** What Postgres says instead of its answer. The statement itself runs. */
export type Fault = (callback: Exchange['callback']) => Exchange['callback']
type Row = Record<string, unknown>

const instead =
  (rows: (theirs: Row[]) => Row[]): Fault =>
  (callback) =>
  (error, answer) => {
    if (error || !answer) return callback(error)
    const said = rows(answer.rows as Row[])
    callback(null, { ...answer, rows: said, rowCount: said.length })
  }

export const THROWS: Fault = (callback) => () => callback(new Error('planted'))
export const HANGS: Fault = () => () => {}
export const NOTHING = instead(() => [])
export const NONSENSE = instead(() => [{}])
/** Every row is there, and one of its fields says something else. */
export const fieldSays = (nth: number, value: unknown): Fault =>
  instead((rows) =>
    rows.map((row) =>
      Object.fromEntries(Object.entries(row).map(([name, own], at) => [name, at === nth ? value : own])),
    ),
  )

/** Counts what Postgres is asked, and lets one of the answers go wrong. */
export function plantFaults() {
  const submit = Exchange.prototype.submit
  /** How many fields each answer had, in the order in which they were asked for. */
  let fields: number[] = []
  let planted: Planted | undefined

  const noting =
    (at: number): Fault =>
    (callback) =>
    (error, answer) => {
      fields[at - 1] = Object.keys(answer?.rows[0] ?? {}).length
      callback(error, answer)
    }
  vi.spyOn(Exchange.prototype, 'submit').mockImplementation(function (this: Exchange, connection) {
    const at = fields.push(0)
    const fault = planted?.at === at ? planted.fault : noting(at)
    this.callback = fault(this.callback)
    submit.call(this, connection)
  })

  return async function during<T>(
    deed: () => Promise<T>,
    fault?: Planted,
  ): Promise<{ said: T; fields: number[] }> {
    fields = []
    planted = fault
    try {
      const said = await deed()
      return { said, fields: [...fields] }
    } finally {
      planted = undefined
    }
  }
}

/** Which answer, counted from one. */
type Planted = { at: number; fault: Fault }
