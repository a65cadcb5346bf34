import { afterAll, describe, expect, test } from 'vitest'
import { appRouter } from '../router.ts'
import { proceduresOf } from '../procedures.ts'
import { ROWS } from '../rest/rows.ts'
import { openTestHost } from '../test/host.ts'
import { rawRequest, sendRaw } from '../test/raw.ts'

const host = await openTestHost()
afterAll(() => host.close())

const METHODS = [
  'GET',
  'HEAD',
  'POST',
  'PUT',
  'PATCH',
  'DELETE',
  'OPTIONS',
  'TRACE',
  'CONNECT',
  'PROPFIND',
  'TRACK',
  'LINK',
] as const
const ask = async (line: string) => {
  const answer = await sendRaw(host, rawRequest(host, line))
  const [head = '', body = ''] = answer.split('\r\n\r\n')
  return { status: Number(head.slice('HTTP/1.1 '.length, 'HTTP/1.1 200'.length)), head, body }
}
const known = new Map<string, Set<string>>()
for (const { method, path, also, inside } of ROWS)
  for (const one of [path, ...also, ...inside]) {
    const methods = known.get(one) ?? new Set(['OPTIONS'])
    known.set(one, methods.add(method.toUpperCase()))
    if (method === 'get') methods.add('HEAD')
  }

describe('J11: only the methods that are declared', () => {
  test.each([...known])('%s under 12 methods', async (path, declared) => {
    for (const method of METHODS.filter((one) => !declared.has(one))) {
      const { status, head, body } = await ask(`${method} ${path}`)
      // What Node does not know as a method is no HTTP, and CONNECT is for proxies: both end the connection.
      const ended = { TRACK: 400, CONNECT: 0 }[method as string]
      expect([method, status]).toEqual([method, ended ?? 405])
      if (ended === undefined) expect(head).toMatch(/\r\nAllow: /i)
      expect(body).not.toContain('TRACE')
    }
  })

  test.each([...proceduresOf(appRouter)].map(([name, { type }]) => [name, type]))(
    'tRPC %s, a %s, under 12 methods',
    async (name, type) => {
      for (const method of METHODS.filter(
        (one) => !['GET', 'POST', 'HEAD', 'OPTIONS', 'CONNECT', 'TRACK'].includes(one),
      )) {
        const { status } = await ask(`${method} /api/trpc/${name}`)
        expect([method, status]).toEqual([method, 405])
      }
      const wrong = type === 'query' ? 'POST' : 'GET'
      expect((await ask(`${wrong} /api/trpc/${name}`)).status).toBe(405)
    },
  )
})

describe('J11: no path leaves the app', () => {
  const corpus = [
    '/api/x/../../.env',
    '/api/../.git/config',
    '/api/%2e%2e/.env',
    '/api/%2e%2e%2f.env',
    '/api/..%2f..%2f.env',
    '/api/..%5c..%5c.env',
    '/api/....//.env',
    '/api/%252e%252e/.env',
    '/api/%c0%ae%c0%ae/.env',
    '/assets/../../package.json',
    '/assets/%2e%2e/%2e%2e/package.json',
    '/assets/..%2findex.html',
    '/.env',
    '/.git/config',
    '/.git/HEAD',
    '/package.json',
    '/server/src/main.ts',
    '/node_modules/express/package.json',
    '//etc/passwd',
    '///etc/passwd',
    '/etc/passwd%00.html',
    '/api/auth/me;.js',
    '/api/auth/me%00',
    '/api/auth/me/.',
    '/api/auth/./me',
    '/api/auth/x/../me',
    '/api//auth/me',
    '/api/auth%2fme',
    '/api/%61uth/m%65/',
    '/API/AUTH/ME',
    '/api/trpc/../auth/me',
    '/internal/../.env',
    '/actuator/env',
    '/server-status',
    '/wp-login.php',
    '/swagger.json',
    '/v1/../.env',
    '/docs/../../.env',
    '/docs/%2e%2e/docs.js%00',
    '\\..\\.env',
  ]
  test.each(corpus)('GET %s', async (path) => {
    const { status, body } = await ask(`GET ${path}`)
    expect([400, 404]).toContain(status)
    expect(body).toContain('"requestId"')
  })
})
