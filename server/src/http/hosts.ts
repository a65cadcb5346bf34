import type { RequestHandler } from 'express'
import type { Env } from '@latchkey/shared/env'
import { AppError } from '../errors.ts'

type HostEnv = Pick<Env, 'ENV' | 'PUBLIC_URL' | 'ALLOWED_HOSTS' | 'SERVER_PORT' | 'TRUSTED_ORIGINS'>

const LOOPBACK = ['localhost', '127.0.0.1', '[::1]']
const isLocal = (env: Pick<Env, 'ENV'>): boolean => env.ENV === 'local' || env.ENV === 'test'

/** Asked from inside the network under whatever name the prober has for us. */
const ANY_HOST = new Set(['/internal/health', '/internal/ready', '/metrics'])

/** A name that is not ours is somebody's rebinding or cache trick: 421. */
export function ownHosts(env: HostEnv): RequestHandler {
  const ours = new Set([new URL(env.PUBLIC_URL).host, ...env.ALLOWED_HOSTS.map((host) => host.toLowerCase())])
  if (isLocal(env)) for (const host of LOOPBACK) ours.add(`${host}:${env.SERVER_PORT}`)
  return (req, _res, next) => {
    const host = req.headers.host?.toLowerCase()
    if ((host && ours.has(host)) || ANY_HOST.has(req.path)) next()
    else next(new AppError('MISDIRECTED'))
  }
}

/** The origins that may write: ours, those we were told to trust and, locally, every name of this machine. */
export function ownOrigins(env: HostEnv): ReadonlySet<string> {
  const origins = new Set([env.PUBLIC_URL, ...env.TRUSTED_ORIGINS])
  if (isLocal(env)) for (const host of LOOPBACK) origins.add(`http://${host}:${env.SERVER_PORT}`)
  return origins
}
