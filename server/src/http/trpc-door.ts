import { createExpressMiddleware } from '@trpc/server/adapters/express'
import type { RequestHandler } from 'express'
import type { Logger } from 'pino'
import { BATCH_CALLS } from '@latchkey/shared/limits'
import type { MakeContext } from '../context.ts'
import { isOurFault, retryAfterOf, toApiError } from '../errors.ts'
import { appRouter } from '../router.ts'

/** The browser's door. */
export const trpcDoor = (makeContext: MakeContext, log: Logger): RequestHandler =>
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
  })
