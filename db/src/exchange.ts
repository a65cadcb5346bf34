import pg from 'pg'

/** `name` is there when it is worth being prepared. */
export type Statement = { text: string; name?: string | undefined; values: (string | Buffer | null)[] }
export type Answer = { command: string; rowCount: number | null; rows: unknown[] }

/**
 * What one connection has prepared, by name, and how the rows of each look. After a failure it is not known whether
 * that statement is still there: it is closed, which hurts nobody, and prepared again.
 */
export type Prepared = { shapes: Map<string, Shape | undefined>; doubtful: Set<string> }
type Shape = pg.Result & { parseRow(fields: unknown[]): unknown; addFields(fields: unknown[]): void }

/** As Postgres wants them. The driver exports it, and its types do not say so. */
export const valuesOf = (given: readonly unknown[]): Statement['values'] => given.map(prepareValue)
const { prepareValue } = (
  pg as unknown as { utils: { prepareValue(value: unknown): string | Buffer | null } }
).utils

export const nothingPrepared = (): Prepared => ({ shapes: new Map(), doubtful: new Set() })

type Message = { text: string; fields: unknown[] }

/**
 * Several statements in one write, with one mark of synchronisation behind them: Postgres answers all of them together,
 * and after one that fails runs none of the rest. What a known statement answers is not described again. The driver calls
 * the `handle…` methods, as it does those of its own queries.
 */
export class Exchange implements pg.Submittable {
  /** The driver puts its own around it, which watches the time. */
  callback: (error: Error | null, answer?: Answer) => void
  #at = 0
  #shape: Shape | undefined
  #rows: unknown[] = []
  #failed: Error | undefined
  #last: Answer | undefined
  readonly #statements: Statement[]
  readonly #prepared: Prepared

  constructor(statements: Statement[], prepared: Prepared, callback: Exchange['callback']) {
    this.#statements = statements
    this.#prepared = prepared
    this.callback = callback
    this.#expect(0)
  }

  submit(connection: pg.Connection): void {
    connection.stream.cork()
    const met = new Set<string>()
    for (const { text, name = '', values } of this.#statements) {
      const isNew = !this.#prepared.shapes.has(name) && !met.has(name)
      if (isNew) this.#prepare(connection, { text, name })
      connection.bind({ portal: '', statement: name, values }, true)
      if (isNew) connection.describe({ type: 'P', name: '' }, true)
      connection.execute({ portal: '' }, true)
      if (isNew && name) met.add(name)
    }
    connection.sync()
    connection.stream.uncork()
  }

  #prepare(connection: pg.Connection, { text, name }: { text: string; name: string }): void {
    if (this.#prepared.doubtful.delete(name)) connection.close({ type: 'S', name }, true)
    connection.parse({ text, name, types: [] }, true)
  }

  #expect(at: number): void {
    this.#at = at
    this.#rows = []
    this.#shape = this.#prepared.shapes.get(this.#statements[at]?.name ?? '')
  }

  handleRowDescription({ fields }: Message): void {
    const shape = new pg.Result('', pg.types) as Shape
    shape.addFields(fields)
    this.#shape = shape
  }

  handleDataRow({ fields }: Message): void {
    try {
      this.#rows.push(this.#shape?.parseRow(fields))
    } catch (error) {
      this.#failed ??= error as Error
    }
  }

  handleCommandComplete({ text }: Message): void {
    const name = this.#statements[this.#at]?.name
    if (name) this.#prepared.shapes.set(name, this.#shape)
    const words = text.split(' ')
    this.#last = { command: words[0] ?? '', rowCount: Number(words.at(-1)) || 0, rows: this.#rows }
    this.#expect(this.#at + 1)
  }

  handleReadyForQuery(): void {
    if (this.#failed || !this.#last) this.callback(this.#failed ?? new Error('Postgres answered nothing'))
    else this.callback(null, this.#last)
  }

  handleError(error: Error): void {
    const { shapes, doubtful } = this.#prepared
    for (const { name } of this.#statements.slice(this.#at))
      if (name) {
        shapes.delete(name)
        doubtful.add(name)
      }
    this.callback(error)
  }
}
