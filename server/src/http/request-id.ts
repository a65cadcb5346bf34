import { AsyncLocalStorage } from 'node:async_hooks'
import { randomUUID } from 'node:crypto'
import type { RequestHandler } from 'express'

declare module 'express-serve-static-core' {
  interface Request {
    id: string
  }
}

/** Nothing that could break a log line or a header. */
const WELL_FORMED = /^[A-Za-z0-9][A-Za-z0-9._-]{7,63}$/

const scope = new AsyncLocalStorage<string>()
export const currentRequestId = (): string | undefined => scope.getStore()

const requestIdOf = (given: string | string[] | undefined): string =>
  typeof given === 'string' && WELL_FORMED.test(given) ? given : randomUUID()

/** Takes a caller's id when it is well formed, else makes one; it is on every answer and every log line. */
export const requestId: RequestHandler = (req, res, next) => {
  req.id = requestIdOf(req.headers['x-request-id'])
  res.setHeader('X-Request-Id', req.id)
  scope.run(req.id, next)
}
