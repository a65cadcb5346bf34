import { callTRPCProcedure } from '@trpc/server'
import type { RequestHandler } from 'express'
import type { MakeContext } from '../context.ts'
import { AppError, retryAfterOf } from '../errors.ts'
import { appRouter } from '../router.ts'
import { type Method, ROWS, type Row } from './rows.ts'

/**
 * The REST door: every row and alias opens its procedure in process, with this request's context. A path is a plain
 * text, so it is looked up and not searched for.
 */
export function restDoor(makeContext: MakeContext): RequestHandler {
  const doors = new Map<string, Doors>()
  for (const row of ROWS)
    for (const path of [row.path, ...row.also, ...row.inside])
      doors.set(path, { ...doors.get(path), [row.method]: answer(row, makeContext) })

  return (req, res, next) => {
    const known = doors.get(req.path)
    if (!known) return next()
    const method = req.method === 'HEAD' ? 'get' : req.method.toLowerCase()
    const open = Object.hasOwn(known, method) ? known[method as Method] : refuseMethod(known)
    return open?.(req, res, next)
  }
}

type Doors = Partial<Record<Method, RequestHandler>>

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

/** A read takes the query, a write the body. */
function inputOf(row: Row, req: Parameters<RequestHandler>[0]): unknown {
  if (row.method === 'get') return { ...req.query }
  const body: unknown = req.body ?? {}
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw new AppError('VALIDATION_FAILED', { fields: { _: 'Send a JSON object.' } })
  return body
}

/** What a path does not answer to; asked which methods it knows, it says so. */
const refuseMethod =
  (known: Doors): RequestHandler =>
  (req, res) => {
    const allowed = Object.keys(known).flatMap((method) =>
      method === 'get' ? ['GET', 'HEAD'] : [method.toUpperCase()],
    )
    res.setHeader('Allow', [...allowed, 'OPTIONS'].join(', '))
    if (req.method !== 'OPTIONS') throw new AppError('METHOD_NOT_ALLOWED')
    res.status(204).end()
  }
