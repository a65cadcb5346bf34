import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import http from 'node:http'
import https from 'node:https'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { parse } from 'yaml'
import { cookieName } from '@latchkey/shared/brand'
import type { Ran } from '../../deeds/run.ts'
import type { Hands } from '../../probes/hands.ts'

/** As much of the product as the probes look at, behaving well, so that a test can spoil one thing of it at a time. */
export type Asked = {
  method: string
  path: string
  host: string
  headers: http.IncomingHttpHeaders
  body: Json
}
export type Said = { status: number; headers: Record<string, string | string[]>; body: unknown }
/** Takes an answer that is right and gives one that is wrong, where it is about that. */
export type Fault = (said: Said, asked: Asked) => Said
type Json = Record<string, unknown>

export type Pretend = {
  origin: string
  hands: Hands
  /** Nothing is wrong until somebody says so. */
  fault: Fault
  toolFault: (words: readonly string[], ran: Ran) => Ran
  people: Map<string, string>
  /** As if it had been started this moment. */
  forget(): void
  close(): Promise<void>
}
type Certificate = { key: string; cert: string }

export const contract = parse(
  readFileSync(fileURLToPath(import.meta.resolve('@latchkey/shared/contract/openapi.yaml')), 'utf8'),
) as Json

export async function openPretend(
  certificate?: Certificate,
  adminHosts: readonly string[] = [],
  { name = 'localhost', address = '127.0.0.1' } = {},
): Promise<Pretend> {
  const secure = certificate !== undefined
  const handler = (req: http.IncomingMessage, res: http.ServerResponse) => void serve(req, res)
  const server = certificate ? https.createServer(certificate, handler) : http.createServer(handler)
  server.listen(0, address)
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const host = `${name}:${port}`

  const people = new Map<string, string>()
  const letters: { to: string; text: string }[] = []
  const log: string[] = []
  const signedIn = new Map<string, { email: string; renewals: number }>()
  const events = new Map<string, string[]>()
  let made = 0
  let guesses = 0

  const own = (said: Partial<Said>): Said => ({ status: 200, headers: {}, body: { ok: true }, ...said })
  const no = (status: number, code: string, headers = {}): Said => own({ status, headers, body: { code } })
  const session = ({ headers }: Asked) => {
    const id = new RegExp(`${cookieName('session', secure)}=([\\w-]+)`).exec(headers.cookie ?? '')?.[1] ?? ''
    return { id, found: signedIn.get(id) }
  }
  const withCookie = (kind: 'session' | 'csrf', value: string) => ({
    'set-cookie': `${cookieName(kind, secure)}=${value}; Path=/; SameSite=Lax${secure ? '; Secure' : ''}${kind === 'session' ? '; HttpOnly' : ''}`,
  })
  const remember = (email: string, action: string) =>
    events.set(email, [...(events.get(email) ?? []), action])

  const ANSWERS: Record<string, (asked: Asked) => Said> = {
    'GET /': () =>
      own({
        headers: { 'content-type': 'text/html' },
        body: '<link rel="stylesheet" href="/assets/a.css"><div id="root"></div><script type="module" src="/assets/a.js"></script>',
      }),
    'GET /dashboard': () => own({ headers: { 'content-type': 'text/html' }, body: '<div id="root"></div>' }),
    'GET /assets/a.js': () => asset('text/javascript'),
    'GET /assets/a.css': () => asset('text/css'),
    'GET /api/health': () =>
      own({
        body: {
          ok: true,
          service: 'server',
          db_ok: true,
          redis_ok: null,
          jobs_ok: true,
          status: 'ok',
          timestamp: new Date().toISOString(),
          version: '0.1.0',
        },
      }),
    'GET /api/openapi.json': () => own({ body: contract }),
    'GET /api/auth/csrf': () =>
      own({ headers: withCookie('csrf', 'a.token'), body: { csrfToken: 'a.token' } }),
    'GET /metrics': () =>
      own({ headers: { 'content-type': 'text/plain' }, body: '# TYPE asked_total counter\n' }),
    'POST /api/auth/register': ({ body }) => {
      people.set(String(body['email']), String(body['password']))
      remember(String(body['email']), 'user.register')
      letters.unshift({ to: String(body['email']), text: 'https://x.example/verify-email#token=the-token_1' })
      return own({ status: 202, body: { message: 'sent' } })
    },
    'POST /api/auth/verify-email': ({ body }) => {
      if (body['token'] !== 'the-token_1') return no(400, 'TOKEN_INVALID')
      remember(letters[0]?.to ?? '', 'user.verify_email')
      return own({})
    },
    'POST /api/auth/login': ({ body }) => {
      const email = String(body['email'])
      if (people.get(email) !== body['password']) {
        guesses += 1
        return guesses > 5 ? no(429, 'RATE_LIMITED', { 'retry-after': '60' }) : no(401, 'INVALID_CREDENTIALS')
      }
      const id = `session-${(made += 1)}`
      signedIn.set(id, { email, renewals: 0 })
      remember(email, 'user.login')
      return own({ headers: withCookie('session', id), body: { user: { email } } })
    },
    'POST /api/auth/refresh': (asked) => {
      const { found } = session(asked)
      if (!found) return no(401, 'UNAUTHENTICATED')
      found.renewals += 1
      return found.renewals > 30 ? no(429, 'RATE_LIMITED', { 'retry-after': '30' }) : own({})
    },
    'POST /api/auth/logout': (asked) => {
      const { id, found } = session(asked)
      signedIn.delete(id)
      return found ? own({}) : no(401, 'UNAUTHENTICATED')
    },
    'POST /api/auth/sessions/revoke-others': (asked) => {
      const { id, found } = session(asked)
      if (!found) return no(401, 'UNAUTHENTICATED')
      for (const [other, { email }] of signedIn)
        if (other !== id && email === found.email) signedIn.delete(other)
      return own({ body: { revoked: 1 } })
    },
    'GET /api/users/me': (asked) => {
      const { found } = session(asked)
      const isThere = found && people.has(found.email)
      return isThere ? own({ body: { email: found.email } }) : no(401, 'UNAUTHENTICATED')
    },
    'GET /api/users/me/audit': (asked) => {
      const { found } = session(asked)
      if (!found) return no(401, 'UNAUTHENTICATED')
      return own({ body: { events: events.get(found.email)?.map((action) => ({ action })) } })
    },
    'GET /api/auth/sessions': (asked) => {
      const { found } = session(asked)
      if (!found) return no(401, 'UNAUTHENTICATED')
      return own({ body: { sessions: [{ current: true, ipMasked: '127.0.0.0' }] } })
    },
  }
  const asset = (type: string) =>
    own({
      headers: { 'content-type': type, 'cache-control': 'public, max-age=31536000, immutable' },
      body: 'x',
    })
  const GUARDED = new Set(
    Object.entries(contract['paths'] as Record<string, Json>).flatMap(([path, item]) =>
      JSON.stringify(followed(item)).includes('"session"') ? [path] : [],
    ),
  )

  function judge(asked: Asked): Said {
    const { method, path, host: shown } = asked
    if (adminHosts.some((one) => shown.startsWith(one)))
      return path === '/admin' ? no(401, 'UNAUTHENTICATED') : no(404, 'NOT_FOUND')
    if (shown !== host) return no(421, 'MISDIRECTED')
    // What is inside is closed where there is an edge.
    if (secure && ['/metrics', '/health', '/internal/health'].includes(path)) return no(404, 'NOT_FOUND')
    const answer = ANSWERS[`${method} ${path}`]
    if (answer) return answer(asked)
    if (GUARDED.has(path) || path === '/api/trpc/jobs.ping') return no(401, 'UNAUTHENTICATED')
    return no(404, 'NOT_FOUND')
  }

  const pretend: Pretend = {
    origin: `${secure ? 'https' : 'http'}://${host}`,
    people,
    fault: (said) => said,
    toolFault: (_words, ran) => ran,
    hands: {
      mayWrite: true,
      mayEnqueue: true,
      mayReachLimits: true,
      letters: (to) => Promise.resolve(letters.find((letter) => letter.to === to)?.text),
      logs: () => Promise.resolve(log.join('\n')),
      metrics: () => Promise.resolve('# TYPE asked_total counter\n'),
      tool: (words) => Promise.resolve(pretend.toolFault(words, toolSays(words))),
    },
    forget: () => {
      guesses = 0
      people.clear()
    },
    close: async () => {
      server.closeAllConnections()
      await new Promise((closed) => server.close(closed))
    },
  }

  function toolSays([program = '', ...words]: readonly string[]): Ran {
    const said = (stdout: string): Ran => ({ code: 0, stdout: `${stdout}\n`, stderr: '' })
    if (program.endsWith('migrate.ts')) return said('2026-11-21T10:00:00.000Z  0001_people')
    if (program.endsWith('schema-check.ts')) return said('The schema is as expected.')
    if (program.endsWith('ping.ts'))
      return said('{"ok":true,"state":"completed","requestId":"ping-1","tookMs":5}')
    if (program.endsWith('mail.ts')) return said('sent     12   the oldest is 3 h old')
    people.delete(words[1] ?? '')
    return said(`${words[1]} is removed`)
  }

  async function serve(req: http.IncomingMessage, res: http.ServerResponse): Promise<void> {
    let text = ''
    for await (const chunk of req.setEncoding('utf8')) text += String(chunk)
    const body = text ? (JSON.parse(text) as Json) : {}
    const { method = '', url: path = '', headers } = req
    const asked: Asked = { method, path, host: headers.host ?? '', headers, body }
    const given = headers['x-request-id']
    const requestId =
      typeof given === 'string' && /^[\w.-]{8,64}$/.test(given) ? given : `made-${(made += 1)}`
    const good = judge(asked)
    const said = pretend.fault(
      {
        ...good,
        headers: { ...everywhere(secure), 'x-request-id': requestId, ...good.headers },
      },
      asked,
    )
    log.push(JSON.stringify({ request_id: said.headers['x-request-id'], path }))
    const isText = typeof said.body === 'string'
    res.writeHead(said.status, { ...(isText ? {} : { 'content-type': 'application/json' }), ...said.headers })
    res.end(isText ? said.body : JSON.stringify(said.body))
  }
  return pretend
}

const everywhere = (secure: boolean): Record<string, string> => ({
  'content-security-policy':
    "default-src 'self';script-src 'self';object-src 'none';base-uri 'none';form-action 'self';frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'permissions-policy': 'camera=(), microphone=(), geolocation=(), payment=(), usb=()',
  'cache-control': 'no-store',
  ...(secure && { 'strict-transport-security': 'max-age=300' }),
})

const followed = (item: Json): Json =>
  typeof item['$ref'] === 'string'
    ? ((contract['paths'] as Record<string, Json>)[
        item['$ref'].slice('#/paths/'.length).replaceAll('~1', '/')
      ] ?? {})
    : item
