import { performance } from 'node:perf_hooks'
import type { RequestHandler } from 'express'
import type { Logger } from 'pino'

/** Speaks once, when the answer is out. Never the query string: links carry tokens there. */
export const logRequests =
  (log: Logger): RequestHandler =>
  (req, res, next) => {
    const started = performance.now()
    const path = req.path
    res.once('close', () => {
      log.info(
        {
          request_id: req.id,
          method: req.method,
          path,
          status: res.statusCode,
          latency_ms: Math.round((performance.now() - started) * 10) / 10,
          ...(!res.writableFinished && { aborted: true }),
        },
        'request',
      )
    })
    next()
  }
