import { readFileSync } from 'node:fs'
import type { Request, Response } from 'express'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { securityHeaders } from './headers.ts'

type Options = Record<string, string | number | boolean | Record<string, string>>
type Middlewares = Record<string, { headers: Options }>
const middlewaresOf = (sample: string): Middlewares => {
  const file = new URL(`../../../traefik/samples/${sample}/dynamic/middlewares.yml`, import.meta.url)
  return (parse(readFileSync(file, 'utf8')) as { http: { middlewares: Middlewares } }).http.middlewares
}

/** What Traefik puts on an answer over TLS, by the names of its options. */
const SAID: Record<string, (value: never, all: Options) => Record<string, string>> = {
  frameDeny: () => ({ 'x-frame-options': 'DENY' }),
  contentTypeNosniff: () => ({ 'x-content-type-options': 'nosniff' }),
  customBrowserXSSValue: (value: string) => ({ 'x-xss-protection': value }),
  referrerPolicy: (value: string) => ({ 'referrer-policy': value }),
  permissionsPolicy: (value: string) => ({ 'permissions-policy': value }),
  contentSecurityPolicy: (value: string) => ({ 'content-security-policy': value }),
  stsSeconds: (value: number, { stsIncludeSubdomains }) => ({
    'strict-transport-security': `max-age=${value}${stsIncludeSubdomains ? '; includeSubDomains' : ''}`,
  }),
  stsIncludeSubdomains: () => ({}),
  customResponseHeaders: (headers: Record<string, string>) =>
    Object.fromEntries(
      Object.entries(headers)
        .filter(([, value]) => value !== '')
        .map(([name, value]) => [name.toLowerCase(), value]),
    ),
}
const saidBy = (...options: Options[]): Record<string, string> =>
  Object.assign(
    {},
    ...options.flatMap((all) => Object.entries(all).map(([name, value]) => SAID[name]!(value as never, all))),
  ) as Record<string, string>

function ofApp(ENV: 'local' | 'staging' | 'prod', path: string): Record<string, string> {
  const headers: Record<string, string> = {}
  const PUBLIC_URL = ENV === 'local' ? 'http://localhost' : 'https://example.com'
  const handler = securityHeaders({
    ENV,
    PUBLIC_URL,
    TURNSTILE_SITE_KEY: 'a-site-key',
    TURNSTILE_URL: 'https://challenges.cloudflare.com',
  })
  const answer = { setHeader: (name: string, value: string) => (headers[name.toLowerCase()] = value) }
  handler({ path } as Request, answer as unknown as Response, () => {})
  return headers
}

test.each(['staging', 'prod'] as const)(
  'D8, P8, P9: in %s the edge says of a page what the app says',
  (env) => {
    const { 'security-headers': security, csp } = middlewaresOf(env)
    expect(saidBy(security!.headers, csp!.headers)).toEqual(ofApp(env, '/'))
  },
)

test('P8, P9: locally too, but for the policy, which is the app’s alone', () => {
  const { 'security-headers': security, csp } = middlewaresOf('local')
  expect(csp).toBe(undefined)
  const { 'content-security-policy': policy, ...rest } = ofApp('local', '/')
  expect(policy).toContain("default-src 'self'")
  expect(saidBy(security!.headers)).toEqual(rest)
})

test('the page of the check is left what the app alone knows: its frame and its script', () => {
  const framed = saidBy(middlewaresOf('prod')['security-headers-framed']!.headers)
  const {
    'content-security-policy': policy,
    'x-frame-options': frame,
    ...rest
  } = ofApp('prod', '/turnstile.html')
  expect([frame, policy]).toEqual(['SAMEORIGIN', expect.stringContaining('cloudflare')])
  expect(framed).toEqual(rest)
})
