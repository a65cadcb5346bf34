import { createExpressMiddleware } from '@trpc/server/adapters/express'
import type { RequestHandler } from 'express'
import type { Logger } from 'pino'
import { BATCH_CALLS } from '@latchkey/shared/limits'
import type { MakeContext } from '../context.ts'
import { AppError, isOurFault, retryAfterOf, toApiError } from '../errors.ts'
import { appRouter } from '../router.ts'

/** The browser's door. */
export const trpcDoor = (makeContext: MakeContext, log: Logger): RequestHandler[] => [
  wholeAnswers,
  oneWriteAtATime,
  createExpressMiddleware({
    router: appRouter,
    createContext: ({ req, res }) => makeContext(req, res),
    maxBatchSize: BATCH_CALLS,
    onError({ error, path }) {
      if (isOurFault(toApiError(error).code))
        log.error({ err: error.cause ?? error, procedure: path }, 'a call failed')
    },
    responseMeta({ errors }) {
      const seconds = errors.map(retryAfterOf).find((value) => value !== undefined)
      return seconds === undefined ? {} : { headers: { 'Retry-After': String(seconds) } }
    },
  }),
]

/** An answer that streams has sent its headers before an act can set a cookie. */
const wholeAnswers: RequestHandler = (req, _res, next) => {
  delete req.headers['trpc-accept']
  next()
}

/** Reads may be asked for together; each write is a request of its own, with its own limits and cookies. */
const oneWriteAtATime: RequestHandler = (req, _res, next) =>
  next(req.method === 'POST' && req.query['batch'] !== undefined ? new AppError('MALFORMED_BODY') : undefined)
