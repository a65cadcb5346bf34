import type { RequestHandler } from 'express'
import helmet from 'helmet'
import type { Env } from '@latchkey/shared/env'

/** The same on every answer, page or API. HSTS and upgrade only where the product is reached over TLS. */
export function securityHeaders(env: Pick<Env, 'ENV' | 'PUBLIC_URL'>): RequestHandler[] {
  const secure = env.PUBLIC_URL.startsWith('https:')
  return [
    helmet({
      contentSecurityPolicy: {
        useDefaults: false,
        directives: {
          defaultSrc: ["'self'"],
          scriptSrc: ["'self'"],
          styleSrc: ["'self'"],
          imgSrc: ["'self'", 'data:', 'https:'],
          connectSrc: ["'self'"],
          objectSrc: ["'none'"],
          baseUri: ["'none'"],
          formAction: ["'self'"],
          frameAncestors: ["'none'"],
          ...(secure && { upgradeInsecureRequests: [] }),
        },
      },
      strictTransportSecurity: secure && {
        maxAge: env.ENV === 'prod' ? 31_536_000 : 300,
        includeSubDomains: env.ENV === 'prod',
      },
      referrerPolicy: { policy: 'no-referrer' },
      xFrameOptions: { action: 'deny' },
      crossOriginEmbedderPolicy: false,
    }),
    permissionsPolicy,
  ]
}

const permissionsPolicy: RequestHandler = (_req, res, next) => {
  res.setHeader('Permissions-Policy', 'camera=(), microphone=(), geolocation=(), payment=(), usb=()')
  next()
}

/** What is asked for by a person is nobody else's to keep. */
export const neverStored: RequestHandler = (_req, res, next) => {
  res.setHeader('Cache-Control', 'no-store')
  next()
}
