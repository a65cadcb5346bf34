import type { Command } from '../deeds/run.ts'
import { execute } from './docker.ts'
import { operand } from './operand.ts'

/** All of these run inside the database's own container, over its socket: no password stands anywhere. */
const inPostgres = (program: string, user: string, ...words: string[]): Command =>
  execute('postgres', program, `--username=${operand('user', user)}`, '--no-password', ...words)

/** The whole database, in the format that can be restored in part and in parallel. */
export const dumpDatabase = (user: string, database: string, file: string): Command =>
  inPostgres(
    ...(['pg_dump', user, '--format=custom', `--file=${operand('path', file)}`] as const),
    ...['--', operand('database', database)],
  )

export const restoreDatabase = (user: string, database: string, file: string): Command =>
  inPostgres(
    ...(['pg_restore', user, '--exit-on-error', '--single-transaction', '--no-owner'] as const),
    ...[`--dbname=${operand('database', database)}`, '--', operand('path', file)],
  )

export const createDatabase = (user: string, database: string): Command =>
  inPostgres('createdb', user, '--', operand('database', database))

export const dropDatabase = (user: string, database: string): Command =>
  inPostgres('dropdb', user, '--if-exists', '--force', '--', operand('database', database))

/** Asks, with the question on stdin: no SQL stands in a word. */
export const askDatabase = (user: string, database: string): Command =>
  inPostgres(
    ...(['psql', user, '--no-psqlrc', '--tuples-only', '--no-align', '--set=ON_ERROR_STOP=1'] as const),
    `--dbname=${operand('database', database)}`,
  )

export const isReady = (user: string, database: string): Command =>
  execute(
    ...(['postgres', 'pg_isready', '--quiet', `--username=${operand('user', user)}`] as const),
    `--dbname=${operand('database', database)}`,
  )
