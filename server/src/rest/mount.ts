import { callTRPCProcedure } from '@trpc/server'
import { type RequestHandler, Router } from 'express'
import type { MakeContext } from '../context.ts'
import { AppError, retryAfterOf } from '../errors.ts'
import { appRouter } from '../router.ts'
import { type Method, ROWS, type Row } from './rows.ts'

/** The REST door: every row and alias opens its procedure in process, with this request's context. */
export function restDoor(makeContext: MakeContext): Router {
  const door = Router({ caseSensitive: true, strict: true })
  const methods = new Map<string, Method[]>()
  for (const row of ROWS)
    for (const path of [row.path, ...row.also, ...row.inside]) {
      door[row.method](path, answer(row, makeContext))
      methods.set(path, [...(methods.get(path) ?? []), row.method])
    }
  for (const [path, known] of methods) door.all(path, refuseMethod(known))
  return door
}

const answer =
  (row: Row, makeContext: MakeContext): RequestHandler =>
  async (req, res) => {
    const output: unknown = await callTRPCProcedure({
      router: appRouter,
      path: row.procedure,
      type: row.method === 'get' ? 'query' : 'mutation',
      ctx: makeContext(req, res),
      // Read only when the procedure asks: who may not call is told that first.
      getRawInput: async () => inputOf(row, req),
      signal: undefined,
      batchIndex: 0,
    })
    const status = typeof row.status === 'number' ? row.status : row.status(output as never)
    if (status === 503) res.setHeader('Retry-After', String(retryAfterOf(new AppError('UNAVAILABLE'))))
    res.status(status).json(output)
  }

/** A read takes the query, a write the body; what the path says overrules both. */
function inputOf(row: Row, req: Parameters<RequestHandler>[0]): unknown {
  if (row.method === 'get') return withParams({ ...req.query }, req.params)
  const body: unknown = req.body ?? {}
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw new AppError('VALIDATION_FAILED', { fields: { _: 'Send a JSON object.' } })
  return withParams(body, req.params)
}

/** Without parameters the body stays as it was parsed, `__proto__` and all, for the schema to refuse. */
const withParams = (input: object, params: object): object =>
  Object.keys(params).length > 0 ? { ...input, ...params } : input

/** What a path does not answer to; asked which methods it knows, it says so. */
const refuseMethod =
  (known: Method[]): RequestHandler =>
  (req, res) => {
    const allowed = known.flatMap((method) => (method === 'get' ? ['GET', 'HEAD'] : [method.toUpperCase()]))
    res.setHeader('Allow', [...allowed, 'OPTIONS'].join(', '))
    if (req.method !== 'OPTIONS') throw new AppError('METHOD_NOT_ALLOWED')
    res.status(204).end()
  }
