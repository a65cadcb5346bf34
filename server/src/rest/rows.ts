import type { AnyTRPCProcedure } from '@trpc/server'
import type { Health } from '@latchkey/shared/schemas/health'
import type { AppRouter } from '../router.ts'

type NamesIn<Record> = {
  [Key in keyof Record & string]: Record[Key] extends AnyTRPCProcedure ? Key : `${Key}.${NamesIn<Record[Key]>}`
}[keyof Record & string]
/** A misspelt procedure does not compile. */
export type ProcedureName = NamesIn<AppRouter['_def']['record']>

export type Method = 'get' | 'post' | 'patch' | 'delete'
export type Row = {
  method: Method
  path: string
  procedure: ProcedureName
  also: readonly string[]
  /** Other paths that only the network inside asks; they are not part of the contract. */
  inside: readonly string[]
  status: number | ((output: never) => number)
  /** Every status that the row may answer, for the document. */
  says: readonly number[]
}

function row(method: Method, path: string, procedure: ProcedureName, rest: Partial<Row> = {}): Row {
  return { also: [], inside: [], status: 200, says: [200], ...rest, method, path, procedure }
}

/** The whole REST API: which URLs open which procedure. */
export const ROWS: readonly Row[] = [
  row('get', '/api/health', 'health.get', {
    inside: ['/health', '/internal/health'],
    status: (output: Health) => (output.ok ? 200 : 503),
    says: [200, 503],
  }),
  row('get', '/api/auth/csrf', 'auth.csrf', { also: ['/api/users/csrf'] }),
  row('post', '/api/auth/register', 'auth.register', {
    also: ['/api/users/signup', '/v1/auth/register'],
    status: 202,
    says: [202, 403, 422, 503],
  }),
  row('post', '/api/auth/login', 'auth.login', {
    also: ['/api/users/login', '/v1/auth/login'],
    says: [200, 401, 403, 422, 503],
  }),
  row('post', '/api/auth/logout', 'auth.logout', {
    also: ['/api/users/logout', '/v1/auth/logout'],
    says: [200, 401, 403],
  }),
  row('get', '/api/auth/me', 'user.me', { also: ['/api/users/me', '/v1/auth/me'], says: [200, 401] }),
]
