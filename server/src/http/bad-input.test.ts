import { connect } from 'node:net'
import { afterAll, describe, expect, test } from 'vitest'
import { apiErrorBody } from '@latchkey/shared/schemas/error-body'
import { aSignedInUser, PASSWORD } from '../test/actors.ts'
import { type Answer, Browser } from '../test/browser.ts'
import { openTestHost } from '../test/host.ts'
import { sendRaw } from '../test/raw.ts'

const host = await openTestHost()
afterAll(() => host.close())
const fresh = () => new Browser(host.url)
const LOGIN = '/api/auth/login'
const TRPC_LOGIN = '/api/trpc/auth.login'

/** Every refusal is in the one shape of its door, with an id. */
function expectError(answer: Answer, status: number, code: string): void {
  expect([answer.status, answer.text]).toEqual([status, expect.stringContaining(code)])
  const body = answer.body as { error?: { data: { httpStatus: number } & object } }
  if (body.error) {
    const { httpStatus, ...told } = body.error.data
    expect(httpStatus).toBe(status)
    expect(apiErrorBody.omit({ detail: true }).parse(told).code).toBe(code)
  } else expect(apiErrorBody.parse(body).requestId).toBe(answer.headers.get('x-request-id'))
  expect(answer.headers.get('x-request-id')).toMatch(/^[\w.-]{8,64}$/)
}

const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth)

describe.each([
  ['REST', LOGIN],
  ['tRPC', TRPC_LOGIN],
])('J1, J2, J5, J6, decision 36 through %s', (_door, path) => {
  const raw: [string, string, number, string][] = [
    ['what is not JSON', '{"email":', 400, 'MALFORMED_BODY'],
    ['JSON that is too deep', `{"email":${nested(40)}}`, 400, 'MALFORMED_BODY'],
    ['10 MB of nested arrays', nested(5_000_000), 413, 'PAYLOAD_TOO_LARGE'],
    ['a list', '[]', 422, 'VALIDATION_FAILED'],
    ['a word', '"login"', 400, 'MALFORMED_BODY'],
    ['NUL', '{"email":"a\\u0000@example.com","password":"x"}', 422, 'VALIDATION_FAILED'],
    ['half a surrogate pair', '{"email":"a@example.com","password":"\\ud800"}', 422, 'VALIDATION_FAILED'],
    [
      '__proto__',
      '{"__proto__":{"email":"a@example.com"},"email":"a@example.com","password":"x"}',
      422,
      'VALIDATION_FAILED',
    ],
    ['constructor', '{"constructor":{},"email":"a@example.com","password":"x"}', 422, 'VALIDATION_FAILED'],
    ['an object for a password', '{"email":"a@example.com","password":{"$ne":""}}', 422, 'VALIDATION_FAILED'],
    ['null', '{"email":null,"password":"x"}', 422, 'VALIDATION_FAILED'],
    ['a body of 100 KiB and more', `{"email":"${'a'.repeat(103_000)}"}`, 413, 'PAYLOAD_TOO_LARGE'],
  ]
  test.each(raw)('%s', async (_what, body, status, code) => {
    expectError(await fresh().post(path, body), status, code)
  })

  test('D2: a form and text are refused before they are read', async () => {
    for (const type of ['application/x-www-form-urlencoded', 'text/plain', 'multipart/form-data; boundary=x'])
      expectError(
        await fresh().post(path, 'email=a', { headers: { 'content-type': type } }),
        415,
        'UNSUPPORTED_MEDIA_TYPE',
      )
  })

  test('JSON in another charset is refused: its brackets could not be counted', async () => {
    for (const charset of ['utf-16le', 'utf-7', 'iso-8859-1']) {
      const headers = { 'content-type': `application/json; charset=${charset}` }
      expectError(await fresh().post(path, '{}', { headers }), 415, 'UNSUPPORTED_MEDIA_TYPE')
    }
    const utf8 = { headers: { 'content-type': 'application/json; charset="UTF-8"' } }
    expectError(await fresh().post(path, '{}', utf8), 422, 'VALIDATION_FAILED')
  })

  test('a compressed body is refused', async () => {
    const answer = await fresh().post(path, '{}', { headers: { 'content-encoding': 'gzip' } })
    expectError(answer, 415, 'UNSUPPORTED_MEDIA_TYPE')
  })

  test('bytes that are no UTF-8 are refused, not replaced', async () => {
    const body = Buffer.from('{"email":"\xff"}', 'latin1')
    const head = [
      `POST ${path} HTTP/1.1`,
      `Host: ${new URL(host.deps.env.PUBLIC_URL).host}`,
      'Content-Type: application/json',
      `Content-Length: ${body.length}`,
      'Connection: close',
    ]
    const answer = await sendRaw(host, Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`), body]))
    expect(answer).toMatch(/^HTTP\/1.1 400 /)
    expect(answer).toContain('"code":"MALFORMED_BODY"')
  })

  test('a POST without a body counts as {}', async () => {
    expectError(await fresh().post(path), 422, 'VALIDATION_FAILED')
  })

  test('a malformed escape in any cookie is ignored', async () => {
    const browser = fresh()
    browser.jar.set('stray', '%E0%A4%A')
    browser.jar.set('other', '%')
    expectError(
      await browser.post(path, { email: 'a@example.com', password: 'x' }),
      401,
      'INVALID_CREDENTIALS',
    )
  })

  test('a host that is not ours', async () => {
    const answer = await rawRequest(
      `POST ${path} HTTP/1.1\r\nHost: evil.example\r\nContent-Length: 0\r\n\r\n`,
    )
    expect(answer).toMatch(/^HTTP\/1.1 421 /)
    expect(answer).toContain('"code":"MISDIRECTED"')
  })
})

describe('what never reaches a door', () => {
  const paths = [
    '/api/nothing',
    '/v1/nothing',
    '/nothing',
    '/api/%',
    '/%E0%A4%A',
    '/api/auth/login/',
    '/API/auth/login',
    '/api//auth/login',
  ]
  test.each(paths)('GET %s is 400 or 404 in the one shape', async (path) => {
    const answer = await fresh().get(path)
    expect([400, 404]).toContain(answer.status)
    expect(apiErrorBody.parse(answer.body).requestId).toBe(answer.headers.get('x-request-id'))
  })

  test('an unknown procedure is 404 in tRPC’s shape', async () => {
    expectError(await fresh().get('/api/trpc/auth.nothing'), 404, 'NOT_FOUND')
    expectError(await fresh().get('/api/trpc/__proto__.toString'), 404, 'NOT_FOUND')
  })

  test('a known path under another method is 405 and says which it knows', async () => {
    const answer = await fresh().get(LOGIN)
    expectError(answer, 405, 'METHOD_NOT_ALLOWED')
    expect(answer.headers.get('allow')).toBe('POST, OPTIONS')
  })

  test('OPTIONS says which methods a path knows', async () => {
    const answer = await fresh().send('OPTIONS', LOGIN)
    expect([answer.status, answer.headers.get('allow')]).toEqual([204, 'POST, OPTIONS'])
  })

  test('who may not call is told that before their body is judged', async () => {
    expectError(
      await fresh().send('POST', '/api/auth/change-password', { body: '[]' }),
      401,
      'UNAUTHENTICATED',
    )
  })

  test('J9: headers that are too large', async () => {
    const answer = await rawRequest(
      `GET / HTTP/1.1\r\nHost: localhost\r\nX-Pad: ${'x'.repeat(20_000)}\r\n\r\n`,
    )
    expect(answer).toMatch(/^HTTP\/1.1 431 /)
    expect(answer).toMatch(/X-Request-Id: [\w-]+/)
    expect(answer).toContain('"code":"HEADERS_TOO_LARGE"')
  })

  test('what is not HTTP', async () => {
    const answer = await rawRequest('EHLO mail.example\r\n\r\n')
    expect(answer).toMatch(/^HTTP\/1.1 400 /)
    expect(answer).toContain('"code":"MALFORMED_BODY"')
  })
})

describe('B2: request ids', () => {
  test('a well-formed one is kept, another replaced', async () => {
    const given = async (id: string) =>
      (await fresh().get('/api/health', { headers: { 'x-request-id': id } })).headers.get('x-request-id')
    expect(await given('trace-0123.abc_DEF')).toBe('trace-0123.abc_DEF')
    for (const bad of [
      'short',
      'has space in it',
      'x'.repeat(65),
      '<script>alert(1)</script>',
      '-leading-dash',
    ])
      expect(await given(bad)).toMatch(/^[0-9a-f-]{36}$/)
  })
})

describe('tRPC batches', () => {
  const batch = (names: string[]) => `/api/trpc/${names.join(',')}?batch=1&input=${encodeURIComponent('{}')}`

  test('up to ten calls, each with its own answer', async () => {
    const answer = await fresh().get(batch(['health.get', 'user.me']))
    expect(answer.status).toBe(207)
    expect(answer.body).toMatchObject([
      { result: { data: { ok: true } } },
      { error: { data: { code: 'UNAUTHENTICATED' } } },
    ])
  })

  test('J4: eleven are refused, and so is a flood of commas', async () => {
    for (const names of [Array<string>(11).fill('health.get'), Array<string>(3000).fill('')])
      expect((await fresh().get(batch(names))).status).toBeGreaterThanOrEqual(400)
  })

  test('input that is not JSON', async () => {
    const { browser } = await aSignedInUser(host, { roles: ['ADMIN'] })
    expectError(await browser.get('/api/trpc/jobs.pingResult?input=%7B'), 400, 'MALFORMED_BODY')
    expectError(await browser.get('/api/trpc/jobs.pingResult?input=%7B%7D'), 422, 'VALIDATION_FAILED')
  })
})

describe('I4, J4, pain 10: writes come one at a time, and answers whole', () => {
  const body = { 0: { email: 'a@example.com', password: 'x' }, 1: { email: 'a@example.com', password: 'x' } }

  test('a batch of writes is refused before any of them runs', async () => {
    for (const path of ['auth.login,auth.login', 'auth.login', 'user.me,auth.login'])
      expectError(await fresh().post(`/api/trpc/${path}?batch=1`, body), 400, 'MALFORMED_BODY')
  })

  test('a streamed answer is not to be had: a cookie could not be set in it any more', async () => {
    const { browser, email } = await aSignedInUser(host)
    const headers = { 'trpc-accept': 'application/jsonl' }
    const read = await browser.get('/api/trpc/user.me?batch=1', { headers })
    expect(read.headers.get('content-type')).toBe('application/json')
    const write = await browser.post('/api/trpc/auth.login', { email, password: PASSWORD }, { headers })
    expect([write.status, write.headers.getSetCookie().length]).toEqual([200, 3])
  })
})

describe('D15: other origins', () => {
  test('one that is not named gets no leave to read', async () => {
    const answer = await fresh().get('/api/health', { headers: { origin: 'https://evil.example' } })
    expect(answer.headers.get('access-control-allow-origin')).toBeNull()
    expect(answer.headers.get('vary')).toContain('Origin')
  })
})

function rawRequest(text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(host.url).port), '127.0.0.1', () => socket.write(text))
    let answer = ''
    socket.setEncoding('utf8').on('data', (chunk: string) => {
      answer += chunk
      socket.end()
    })
    socket.on('close', () => resolve(answer)).on('error', reject)
  })
}
