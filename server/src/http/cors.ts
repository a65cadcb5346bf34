import type { RequestHandler } from 'express'
import type { Env } from '@latchkey/shared/env'

const ALLOWED: Record<string, string> = {
  'Access-Control-Allow-Credentials': 'true',
  'Access-Control-Expose-Headers': 'X-Request-Id, Retry-After',
}
const PREFLIGHT: Record<string, string> = {
  'Access-Control-Allow-Methods': 'GET, POST, PATCH, DELETE',
  'Access-Control-Allow-Headers': 'Content-Type, X-CSRF-Token, X-Request-Id',
  'Access-Control-Max-Age': '600',
}

/** Named origins only, never `*`. An origin that is not named gets no header, and its browser refuses the answer. */
export function cors({ ALLOWED_ORIGINS }: Pick<Env, 'ALLOWED_ORIGINS'>): RequestHandler {
  const allowed = new Set(ALLOWED_ORIGINS)
  return (req, res, next) => {
    const { origin } = req.headers
    const known = origin !== undefined && allowed.has(origin)
    res.vary('Origin')
    if (known) res.set({ ...ALLOWED, 'Access-Control-Allow-Origin': origin })
    if (req.method !== 'OPTIONS' || !req.headers['access-control-request-method']) return next()
    if (known) res.set(PREFLIGHT)
    res.status(204).end()
  }
}
