import { afterAll, expect, test } from 'vitest'
import { apiErrorBody } from '@latchkey/shared/schemas/error-body'
import { openTestHost } from '../test/host.ts'
import { rawRequest, sendRaw } from '../test/raw.ts'

const host = await openTestHost()
afterAll(() => host.close())

const told = (answer: string) => {
  const [head = '', body = ''] = answer.split('\r\n\r\n')
  const error = apiErrorBody.parse(JSON.parse(body))
  expect(head).toContain(`X-Request-Id: ${error.requestId}`)
  expect(head).toContain('Content-Security-Policy')
  return `${/\d{3}/.exec(head)?.[0]} ${error.code}`
}

test('R21: a request that names no host is refused in our words', async () => {
  const answer = await sendRaw(host, 'GET /api/auth/me HTTP/1.1\r\nConnection: close\r\n\r\n')
  expect(told(answer)).toBe('421 MISDIRECTED')
})

test('R21: whoever expects what nobody offers is answered as usual', async () => {
  const answer = await sendRaw(host, rawRequest(host, 'GET /api/auth/me', { Expect: 'a-miracle' }))
  expect(told(answer)).toBe('401 UNAUTHENTICATED')
})

test.each(['http://', '*', 'https://example.com:99999/'])(
  'R21: %s is an address without a path, and not found as any other',
  async (url) => {
    expect(told(await sendRaw(host, rawRequest(host, `GET ${url}`)))).toBe('404 NOT_FOUND')
  },
)

test('a whole URL is its path', async () => {
  const line = `GET ${host.url}/api/auth/me?x=1`
  expect(told(await sendRaw(host, rawRequest(host, line)))).toBe('401 UNAUTHENTICATED')
})

test('R21: what is not HTTP ends its connection; its answer is kept by nobody on the way, and is no page', async () => {
  const [head = ''] = (await sendRaw(host, 'nonsense\r\n\r\n')).split('\r\n\r\n')
  expect(head.split('\r\n')).toEqual(
    expect.arrayContaining([
      'Connection: close',
      'Cache-Control: no-store',
      'X-Content-Type-Options: nosniff',
      "Content-Security-Policy: default-src 'none'; frame-ancestors 'none'; sandbox",
      'X-Frame-Options: DENY',
    ]),
  )
})
