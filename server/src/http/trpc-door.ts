import { createExpressMiddleware } from '@trpc/server/adapters/express'
import type { RequestHandler } from 'express'
import type { Logger } from 'pino'
import { BATCH_CALLS } from '@latchkey/shared/limits'
import type { MakeContext } from '../context.ts'
import { AppError, isOurFault, retryAfterOf, toApiError } from '../errors.ts'
import { appRouter } from '../router.ts'
import { isSoundJson } from './sound-json.ts'

/** The browser's door. */
export const trpcDoor = (makeContext: MakeContext, log: Logger): RequestHandler[] => [
  refuseMethod,
  onlyItsPath,
  wholeAnswers,
  oneWriteAtATime,
  soundInput,
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
      // tRPC writes a `Vary` of its own over ours, for two headers that are not looked at here, and now and then no type.
      const headers = { vary: 'Origin', 'content-type': 'application/json' }
      return { headers: { ...headers, ...(seconds && { 'Retry-After': String(seconds) }) } }
    },
  }),
]

const METHODS = ['GET', 'HEAD', 'POST']

/** Whether a procedure is a read or a write is tRPC's to judge; it stumbles over methods that are neither. */
const refuseMethod: RequestHandler = (req, res, next) => {
  if (METHODS.includes(req.method)) return next()
  res.setHeader('Allow', [...METHODS, 'OPTIONS'].join(', '))
  if (req.method === 'OPTIONS') res.status(204).end()
  else next(new AppError('METHOD_NOT_ALLOWED'))
}

/** tRPC looks at what follows the last slash only; a procedure has one address. */
const onlyItsPath: RequestHandler = (req, _res, next) =>
  next(req.path.lastIndexOf('/') === 0 ? undefined : new AppError('NOT_FOUND'))

/** An answer that streams has sent its headers before an act can set a cookie. Either header may ask for one. */
const wholeAnswers: RequestHandler = (req, _res, next) => {
  delete req.headers['trpc-accept']
  req.headers.accept = 'application/json'
  next()
}

/** Reads may be asked for together; each write is a request of its own, with its own limits and cookies. */
const oneWriteAtATime: RequestHandler = (req, _res, next) =>
  next(req.method === 'POST' && req.query['batch'] !== undefined ? new AppError('MALFORMED_BODY') : undefined)

/** A read's input is JSON as a body is. What says who is asking stands in a cookie, not in the address. */
const soundInput: RequestHandler = (req, _res, next) => {
  const { input, connectionParams } = req.query
  const isSound = connectionParams === undefined && isSoundJson(Buffer.from(String(input ?? '')))
  next(isSound ? undefined : new AppError('MALFORMED_BODY'))
}
