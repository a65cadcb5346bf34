import { BRAND, cookieName } from '@latchkey/shared/brand'
import { judge } from './finding.ts'
import type { Probe } from './probe.ts'
import { type Answer, oneOf } from './site.ts'
import { cookieOf } from './visitor.ts'

export const securityHeaders: Probe = {
  name: 'securityHeaders',
  file: 'meta/security-headers.json',
  question: 'Do pages and API carry the promised security headers, and cookies their flags?',
  next: 'compare server/src/http/headers.ts with the middlewares of the edge: one of them is gone or speaks twice',
  async ask({ site }) {
    const isSecure = site.origin.protocol === 'https:'
    const page = await site.ask('/', { headers: { accept: 'text/html' } })
    const health = await site.ask('/api/health')
    const csrf = await site.ask('/api/auth/csrf')
    return judge(
      [
        ...wrongIn(page, isSecure).map((wrong) => `/: ${wrong}`),
        ...wrongIn(health, isSecure).map((wrong) => `/api/health: ${wrong}`),
        ...cookieFaults(csrf, isSecure),
      ],
      'Pages, API and cookies are as promised.',
      { '/': shownOf(page), '/api/health': shownOf(health), cookies: csrf.cookies.map(withoutValue) },
    )
  },
}

type Rule = (value: string, isSecure: boolean) => string | undefined
const exactly =
  (wanted: string): Rule =>
  (value) =>
    value.toLowerCase() === wanted.toLowerCase() ? undefined : `is ${value || 'missing'}, not ${wanted}`

const HEADERS: Record<string, Rule> = {
  'content-security-policy': (value) => policyFault(value),
  'x-content-type-options': exactly('nosniff'),
  'x-frame-options': exactly('DENY'),
  'referrer-policy': exactly('no-referrer'),
  'permissions-policy': (value) =>
    /\bcamera=\(\)/.test(value) && /\bgeolocation=\(\)/.test(value) ? undefined : `is ${value || 'missing'}`,
  // Over plain HTTP browsers ignore it, and whoever sends it there thinks to be elsewhere.
  'strict-transport-security': (value, isSecure) =>
    isSecure
      ? Number(/^max-age=(\d+)/.exec(value)?.[1] ?? 0) >= 300
        ? undefined
        : `is ${value || 'missing'}`
      : value && 'is sent without TLS',
  'x-powered-by': (value) => value && 'names what it runs on',
  server: (value) => (/\d/.test(value) ? 'names a version' : undefined),
}

const valueOf = ({ headers }: Answer, name: string): string => oneOf(headers[name]) ?? ''

const wrongIn = (answer: Answer, isSecure: boolean): string[] =>
  Object.entries(HEADERS).flatMap(([name, rule]) => {
    const fault = rule(valueOf(answer, name), isSecure)
    return fault ? [`${name} ${fault}`] : []
  })

const MUST: readonly [directive: string, value: RegExp][] = [
  ['default-src', /^'self'$/],
  ['script-src', /^'self'( https:\/\/[\w.-]+)*$/],
  ['object-src', /^'none'$/],
  ['base-uri', /^'none'$/],
  ['form-action', /^'self'$/],
  ['frame-ancestors', /^'none'$/],
]

function policyFault(policy: string): string | undefined {
  if (!policy) return 'is missing'
  const directives = new Map(
    policy.split(';').map((part) => {
      const [name = '', ...values] = part.trim().split(/\s+/)
      return [name.toLowerCase(), values.join(' ')] as const
    }),
  )
  const wrong = MUST.filter(([name, value]) => !value.test(directives.get(name) ?? ''))
  return wrong.length === 0
    ? undefined
    : wrong.map(([name]) => `has ${name} ${directives.get(name) ?? 'nowhere'}`).join(', ')
}

function cookieFaults({ status, cookies, headers }: Answer, isSecure: boolean): string[] {
  const wanted = cookieName('csrf', isSecure)
  const line = cookies.find((one) => one.startsWith(`${wanted}=`))
  if (!line) return [`/api/auth/csrf answered ${status} without a cookie ${wanted}`]
  const { flags } = cookieOf(line)
  return [
    ...(flags.has('path=/') ? [] : ['its path is not /']),
    ...(flags.has('samesite=lax') || flags.has('samesite=strict') ? [] : ['it has no SameSite']),
    ...(flags.has('secure') === isSecure ? [] : [isSecure ? 'it is not Secure' : 'it is Secure without TLS']),
    ...(flags.has('httponly') ? ['scripts cannot read it'] : []),
    ...([...flags].some((flag) => flag.startsWith('domain=')) ? ['it is for other hosts too'] : []),
    ...(oneOf(headers['cache-control']) === 'no-store' ? [] : ['somebody may store the answer']),
  ].map((fault) => `cookie ${wanted}: ${fault}`)
}

const shownOf = (answer: Answer) =>
  Object.fromEntries(Object.keys(HEADERS).map((name) => [name, valueOf(answer, name) || null]))

const withoutValue = (line: string): string =>
  line.replace(new RegExp(`^(\\S*${BRAND.slug}_\\w+)=[^;]*`), '$1=…')
