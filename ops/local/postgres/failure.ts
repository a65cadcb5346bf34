/** The embedded Postgres would not do what was asked; the end of its own log says why. */
export class PostgresFailed extends Error {
  constructor(what: string, log: string) {
    super([`The embedded PostgreSQL ${what}.`, ...lastLinesOf(log), NEXT].join('\n'))
    this.name = 'PostgresFailed'
  }
}

const NEXT =
  'Next: `npm run reset` starts over with an empty local database, or give a PostgreSQL 17 of your own in DATABASE_URL.'

function lastLinesOf(log: string): string[] {
  const lines = log.trim().split('\n').filter(Boolean)
  return lines.slice(-8).map((line) => `  ${line}`)
}
