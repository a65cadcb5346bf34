import { TRPC_ERROR_CODES_BY_KEY } from '@trpc/server/rpc'
import type { ErrorRequestHandler, RequestHandler } from 'express'
import type { Logger } from 'pino'
import { statusOf } from '@latchkey/shared/errors'
import { AppError, isOurFault, retryAfterOf, toApiError } from '../errors.ts'

export const TRPC_PATH = '/api/trpc'

/** Nothing above answered. */
export const nothingHere: RequestHandler = () => {
  throw new AppError('NOT_FOUND')
}

/** The last step: what was thrown behind the REST door, or fell before either one, in the dialect of its door. */
export const answerError =
  (log: Logger): ErrorRequestHandler =>
  (thrown, req, res, next) => {
    if (res.headersSent) return next(thrown)
    const told = toApiError(thrown)
    const status = statusOf(told.code)
    if (isOurFault(told.code)) log.error({ err: thrown as unknown, path: req.path }, 'a request failed')
    const retryAfter = retryAfterOf(thrown)
    if (retryAfter !== undefined) res.setHeader('Retry-After', String(retryAfter))
    res.setHeader('Cache-Control', 'no-store')
    const error = { ...told, requestId: req.id }
    res.status(status).json(isTrpc(req.path) ? inTrpc(error, status) : { detail: told.message, ...error })
  }

const isTrpc = (path: string): boolean => path === TRPC_PATH || path.startsWith(`${TRPC_PATH}/`)

const inTrpc = <E extends { message: string }>(error: E, httpStatus: number) => ({
  error: {
    message: error.message,
    code: TRPC_ERROR_CODES_BY_KEY[httpStatus >= 500 ? 'INTERNAL_SERVER_ERROR' : 'BAD_REQUEST'],
    data: { ...error, httpStatus },
  },
})
