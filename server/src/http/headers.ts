import type { Request, RequestHandler, Response } from 'express'
import helmet from 'helmet'
import type { Env } from '@latchkey/shared/env'

type HeadersEnv = Pick<Env, 'ENV' | 'PUBLIC_URL' | 'TURNSTILE_SITE_KEY' | 'TURNSTILE_URL'>

/** The page that lets a script of somebody else's in, and stands in a frame of ours for that. */
const CHECK_PAGE = '/turnstile.html'

/** The same on every answer but one, page or API. HSTS and upgrade only where the product is reached over TLS. */
export function securityHeaders(env: HeadersEnv): RequestHandler {
  const headers = headersOf(env, OWN)
  const ofCheck = env.TURNSTILE_SITE_KEY ? headersOf(env, foreignIn(env.TURNSTILE_URL)) : headers
  return (req, res, next) => {
    for (const [name, value] of req.path === CHECK_PAGE ? ofCheck : headers) res.setHeader(name, value)
    next()
  }
}

type Sources = { script: string[]; frame: string[]; ancestors: string; action: 'deny' | 'sameorigin' }
const OWN: Sources = { script: ["'self'"], frame: ["'self'"], ancestors: "'none'", action: 'deny' }
const foreignIn = (url: string): Sources => ({
  script: ["'self'", url],
  frame: [url],
  ancestors: "'self'",
  action: 'sameorigin',
})

function headersOf({ ENV, PUBLIC_URL }: HeadersEnv, { script, frame, ancestors, action }: Sources): Header[] {
  const secure = PUBLIC_URL.startsWith('https:')
  const protection = helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        scriptSrc: script,
        styleSrc: ["'self'"],
        imgSrc: ["'self'", 'data:', 'https:'],
        connectSrc: ["'self'"],
        frameSrc: frame,
        objectSrc: ["'none'"],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        frameAncestors: [ancestors],
        ...(secure && { upgradeInsecureRequests: [] }),
      },
    },
    strictTransportSecurity: secure && {
      maxAge: ENV === 'prod' ? 31_536_000 : 300,
      includeSubDomains: ENV === 'prod',
    },
    referrerPolicy: { policy: 'no-referrer' },
    xFrameOptions: { action },
    crossOriginEmbedderPolicy: false,
  })
  return [...setBy(protection), PERMISSIONS_POLICY]
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
