import type { Headers } from './configuration.ts'
import type { EdgeSettings } from './settings.ts'

const ANYWHERE: Headers = {
  contentTypeNosniff: true,
  customBrowserXSSValue: '0',
  referrerPolicy: 'no-referrer',
  permissionsPolicy: 'camera=(), microphone=(), geolocation=(), payment=(), usb=()',
  customResponseHeaders: {
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Origin-Agent-Cluster': '?1',
    'X-DNS-Prefetch-Control': 'off',
    'X-Download-Options': 'noopen',
    'X-Permitted-Cross-Domain-Policies': 'none',
    // Nothing is how Traefik is told to take a header away.
    'X-Powered-By': '',
    Server: '',
  },
}

/**
 * What the app says of itself in server/src/http/headers.ts, said once more for what the edge answers alone: a
 * refusal, a redirect, a slot that is gone. A test of the server holds the two together.
 */
export const securityHeaders = (settings: EdgeSettings): Headers => ({
  ...hstsOf(settings),
  frameDeny: true,
  ...ANYWHERE,
})

/** Tools of others: nothing about TLS that would outlive the tool, on a host that may serve something else tomorrow. */
export const toolHeaders: Headers = { frameDeny: true, ...ANYWHERE }

/** The page of the captcha stands in a frame of ours. Which frame and which script, the app alone knows. */
export const framedHeaders = (settings: EdgeSettings): Headers => ({ ...hstsOf(settings), ...ANYWHERE })

const YEAR = 31_536_000
const FIVE_MINUTES = 300

/** A promise for a year binds every name below the domain, so only the real one makes it. */
const hstsOf = ({ env }: EdgeSettings): Headers =>
  env === 'local'
    ? {}
    : { stsSeconds: env === 'prod' ? YEAR : FIVE_MINUTES, stsIncludeSubdomains: env === 'prod' }

const POLICY = [
  "default-src 'self'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: https:",
  "connect-src 'self'",
  "frame-src 'self'",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
  'upgrade-insecure-requests',
]

export const contentPolicy: Headers = { contentSecurityPolicy: POLICY.join(';') }

/**
 * What a client may claim and nobody here believes. Traefik itself drops the X-Forwarded-… family and X-Real-Ip and
 * writes its own; these are the names that it leaves alone.
 */
const CLAIMS = [
  'Forwarded',
  'Via',
  'Proxy',
  'Client-Ip',
  'X-Client-Ip',
  'X-Cluster-Client-Ip',
  'X-Originating-Ip',
  'X-Remote-Ip',
  'X-Remote-Addr',
  'True-Client-Ip',
  'Cf-Connecting-Ip',
  'Fastly-Client-Ip',
  'X-Forwarded',
  'X-Forwarded-Scheme',
  'X-Forwarded-Ssl',
  'X-Forwarded-User',
  'X-Original-Url',
  'X-Original-Host',
  'X-Rewrite-Url',
  'X-Host',
  'X-Http-Method-Override',
]

export const claims: Headers = {
  customRequestHeaders: Object.fromEntries(CLAIMS.map((name) => [name, ''])),
}
