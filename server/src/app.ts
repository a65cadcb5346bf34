import express, { type Express } from 'express'
import { contextMaker } from './context.ts'
import { serveClient } from './client.ts'
import type { Deps } from './deps.ts'
import { jsonBody } from './http/body.ts'
import { cors } from './http/cors.ts'
import { readyDoor } from './health/leaving.ts'
import { metricsDoor } from './health/metrics.ts'
import { generalLimit } from './http/general-limit.ts'
import { answerError, nothingHere, TRPC_PATH } from './http/answer-errors.ts'
import { neverStored, securityHeaders } from './http/headers.ts'
import { ownHosts } from './http/hosts.ts'
import { inOrder } from './http/in-order.ts'
import { logRequests } from './http/log.ts'
import { plainQuery } from './http/query.ts'
import { requestId } from './http/request-id.ts'
import { trpcDoor } from './http/trpc-door.ts'
import { inboxDoor } from './inbox/inbox.ts'
import { docsDoor } from './rest/docs.ts'
import { restDoor } from './rest/mount.ts'
import { requireDeclaredCallers } from './procedures.ts'
import { appRouter } from './router.ts'

const API_PATHS = ['/api', '/v1', '/health', '/internal']

/** The journey of a request, one line a step. Session and CSRF are observed in the context and judged by the procedure. */
export function createApp(deps: Deps): Express {
  requireDeclaredCallers(appRouter)
  const { env, log } = deps
  const makeContext = contextMaker(deps)
  const app = express()
  app.disable('x-powered-by').disable('etag')
  app.enable('case sensitive routing').enable('strict routing')
  app.set('query parser', 'simple')

  app.use(inOrder(requestId, logRequests(log), securityHeaders(env), ownHosts(env), cors(env)))
  app.use(API_PATHS, inOrder(generalLimit(deps), neverStored, plainQuery, ...jsonBody))
  app.use(TRPC_PATH, inOrder(...trpcDoor(makeContext, log)))
  app.use(restDoor(makeContext))
  app.use(docsDoor(env))
  app.use(inboxDoor(deps))
  app.use(metricsDoor(deps))
  app.use(readyDoor(deps))
  app.use(serveClient({ published: env.ASSETS_DIR }))
  app.use(nothingHere)
  app.use(answerError(log))
  return app
}
