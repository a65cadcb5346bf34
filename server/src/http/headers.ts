import type { Request, RequestHandler, Response } from 'express'
import helmet from 'helmet'
import type { Env } from '@latchkey/shared/env'

/** The same on every answer, page or API. HSTS and upgrade only where the product is reached over TLS. */
export function securityHeaders(env: Pick<Env, 'ENV' | 'PUBLIC_URL'>): RequestHandler {
  const headers = [...setBy(protection(env)), PERMISSIONS_POLICY]
  return (_req, res, next) => {
    for (const [name, value] of headers) res.setHeader(name, value)
    next()
  }
}

function protection(env: Pick<Env, 'ENV' | 'PUBLIC_URL'>) {
  const secure = env.PUBLIC_URL.startsWith('https:')
  return helmet({
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
  })
}

type Header = readonly [name: string, value: string]

/** None of them depends on the request, so they are asked for once. */
function setBy(handler: ReturnType<typeof helmet>): Header[] {
  const headers: Header[] = []
  const answer = {
    setHeader: (name: string, value: string) => headers.push([name, value]),
    removeHeader: () => {},
  } as unknown as Response
  handler({} as Request, answer, (error) => {
    if (error) throw error as Error
  })
  return headers
}

const PERMISSIONS_POLICY: Header = [
  'Permissions-Policy',
  'camera=(), microphone=(), geolocation=(), payment=(), usb=()',
]

/** What is asked for by a person is nobody else's to keep. */
export const neverStored: RequestHandler = (_req, res, next) => {
  res.setHeader('Cache-Control', 'no-store')
  next()
}
