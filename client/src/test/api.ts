import { cookieName } from '@latchkey/shared/brand'
import { sentenceOf, statusOf, type ErrorCode, type FieldErrors } from '@latchkey/shared/errors'
import { QUERY_BYTES } from '@latchkey/shared/limits'
import type { OwnEvent } from '@latchkey/shared/schemas/audit'
import type { OwnSession } from '@latchkey/shared/schemas/session'
import type { Me } from '@latchkey/shared/schemas/user'
import { http, HttpResponse } from 'msw/http'
import { setupServer } from 'msw/node'

/** Stands in for the server: tRPC's envelopes, the CSRF cookie and its check, and one account. */

type Call = { path: string; input: unknown; token: string | null; batched: boolean }
type Answer = { data: unknown } | { refusal: Refusal }
type Refusal = { code: ErrorCode | 'FROM_TOMORROW'; fields?: FieldErrors; retryAfter?: number }
type Act = (input: unknown) => Answer | Response | Promise<Answer | Response>

export const uma: Me = {
  id: '0b0f6d6e-4a0f-4b5a-9a3e-1f2d3c4b5a69',
  email: 'uma@example.com',
  isEmailVerified: true,
  displayName: 'Uma User',
  avatarUrl: null,
  bio: null,
  roles: ['USER'],
  createdAt: '2026-11-01T09:00:00.000Z',
  lastLoginAt: '2026-11-20T18:30:00.000Z',
}

export const here: OwnSession = {
  id: 'b7c1a0de-52f4-4a0b-8f0e-6a1d2c3b4a50',
  client: 'Firefox on Linux',
  ipMasked: '203.0.113.…',
  createdAt: '2026-11-20T18:30:00.000Z',
  lastSeenAt: '2026-11-21T08:00:00.000Z',
  current: true,
}

export const signedInEvent: OwnEvent = {
  id: '17',
  action: 'user.login',
  client: here.client,
  ipMasked: here.ipMasked,
  at: here.createdAt,
}

export const REQUEST_ID = '01JD-request'

export const answer = (data: unknown): Answer => ({ data })
export const refuse = (code: Refusal['code'], more: Omit<Refusal, 'code'> = {}): Answer => ({
  refusal: { code, ...more },
})
export const gateway = (): Response =>
  new HttpResponse('<h1>Bad gateway</h1>', {
    status: 502,
    headers: { 'content-type': 'text/html', 'x-request-id': REQUEST_ID },
  })

const USUAL: Record<string, Act> = {
  'audit.mine': () => answer({ events: [signedInEvent], next: null }),
  'auth.changePassword': () => {
    setCsrfCookie('s')
    return answer({ ok: true })
  },
  'auth.changeEmail': () => answer({ message: 'A letter is on its way to the new address.' }),
  'auth.confirmChangeEmail': () => answer({ ok: true }),
  'auth.csrf': () => answer({ csrfToken: setCsrfCookie('a') }),
  'auth.forgotPassword': () => answer({ message: 'If there is such an account, a letter is on its way.' }),
  'auth.letterFate': () => answer({ state: 'underWay' }),
  'auth.login': () => {
    setCsrfCookie('s')
    return answer({ user: uma })
  },
  'auth.logout': () => {
    setCsrfCookie('a')
    return answer({ ok: true })
  },
  'auth.register': () => answer({ message: 'Check your mail.' }),
  'auth.refresh': () => answer({ ok: true }),
  'auth.resendVerification': () =>
    answer({ message: 'If it is still to be confirmed, a letter is on its way.' }),
  'auth.resetPassword': () => answer({ ok: true }),
  'auth.stepUp': () => answer({ ok: true }),
  'auth.verifyEmail': () => answer({ ok: true }),
  'profile.update': (input) => answer({ ...uma, ...(input as Partial<Me>) }),
  'session.list': () => answer({ sessions: [here] }),
  'user.mailbox': () => answer({ returnedAt: null }),
  'user.me': () => answer(uma),
}

let acts = { ...USUAL }
let tokens = 0
const calls: Call[] = []

const server = setupServer(
  http.all('*/api/trpc/:paths', async ({ request, params }) => {
    const paths = String(params['paths']).split(',')
    const { search, searchParams } = new URL(request.url)
    const batched = searchParams.has('batch')
    if (search.length - 1 > QUERY_BYTES)
      return respond(
        paths.map(() => refuse('MALFORMED_BODY')),
        batched,
      )
    const inputOf = await readInputs(request)
    const token = request.headers.get('x-csrf-token')
    const results = []
    for (const [index, path] of paths.entries()) {
      const input = inputOf(index)
      calls.push({ path, input, token, batched })
      const result =
        request.method === 'POST' && token !== csrfCookie()
          ? refuse('CSRF_FAILED')
          : await acts[path]?.(input)
      if (result === undefined || result instanceof Response) return result ?? HttpResponse.error()
      results.push(result)
    }
    return respond(results, batched)
  }),
)

export const api = {
  calls,
  callsTo: (path: string) => calls.filter((call) => call.path === path),
  on: (path: string, act: Act) => void (acts[path] = act),
  /** The browser comes with a session that began earlier. */
  signIn: () => setCsrfCookie('s'),
  endSession: () => void (acts['user.me'] = () => refuse('UNAUTHENTICATED')),
  listen: () => server.listen({ onUnhandledFrame: 'error' }),
  close: () => server.close(),
  reset() {
    acts = { ...USUAL }
    calls.length = 0
    document.cookie = `${CSRF}=; Max-Age=0; Path=/`
  },
}

/** A write brings its input as its body, a read in its address, by its place in the batch. */
async function readInputs(request: Request): Promise<(index: number) => unknown> {
  if (request.method === 'POST') {
    const body: unknown = JSON.parse((await request.text()) || '{}')
    return () => body
  }
  const inputs = JSON.parse(new URL(request.url).searchParams.get('input') ?? '{}') as unknown[]
  return (index) => inputs[index]
}

const CSRF = cookieName('csrf', false)

export function setCsrfCookie(kind: 'a' | 's'): string {
  tokens += 1
  const token = `${kind}.${tokens}.signed`
  document.cookie = `${CSRF}=${token}; Path=/`
  return token
}

export const csrfCookie = (): string | undefined =>
  document.cookie
    .split('; ')
    .find((pair) => pair.startsWith(`${CSRF}=`))
    ?.slice(CSRF.length + 1)

function respond(results: Answer[], batched: boolean): Response {
  const bodies = results.map(envelopeOf)
  const refusal = results.map((result) => ('refusal' in result ? result.refusal : undefined)).find(Boolean)
  const headers = new Headers(refusal?.retryAfter ? { 'retry-after': String(refusal.retryAfter) } : {})
  return HttpResponse.json(batched ? bodies : bodies[0], {
    status: refusal ? statusOfRefusal(refusal) : 200,
    headers,
  })
}

function envelopeOf(result: Answer): object {
  if ('data' in result) return { result: { data: result.data } }
  const { code, fields } = result.refusal
  const message =
    code === 'FROM_TOMORROW' ? 'Something that this client has never heard of.' : sentenceOf(code)
  const data = {
    code,
    message,
    requestId: REQUEST_ID,
    httpStatus: statusOfRefusal(result.refusal),
    ...(fields && { fields }),
  }
  return { error: { code: -32000, message, data } }
}

const statusOfRefusal = ({ code }: Refusal): number => (code === 'FROM_TOMORROW' ? 418 : statusOf(code))
