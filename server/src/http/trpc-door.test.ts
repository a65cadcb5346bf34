import { afterAll, expect, test } from 'vitest'
import { Browser } from '../test/browser.ts'
import { openTestHost } from '../test/host.ts'

const host = await openTestHost()
afterAll(() => host.close())
const stranger = () => new Browser(host.url)

test.each(['trpc-accept', 'accept'])(
  'J4: %s does not make an answer stream, so a cookie can be set in it',
  async (name) => {
    const answer = await stranger().get('/api/trpc/auth.csrf?batch=1', {
      headers: { [name]: 'application/jsonl' },
    })
    expect(answer.headers.get('content-type')).toBe('application/json')
    expect(answer.headers.getSetCookie()).toHaveLength(1)
  },
)

test('D6: its answers vary by origin, as all do', async () => {
  for (const path of ['health.get', 'user.me', 'nothing.here', 'health.get?batch=1'])
    expect((await stranger().get(`/api/trpc/${path}`)).headers.get('vary')).toBe('Origin')
})

test('J11: a method that is neither a read nor a write is 405, and OPTIONS says which are', async () => {
  for (const method of ['PUT', 'PATCH', 'DELETE']) {
    const answer = await stranger().send(method, '/api/trpc/user.me', { body: {} })
    expect([method, answer.status, answer.headers.get('allow')]).toEqual([
      method,
      405,
      'GET, HEAD, POST, OPTIONS',
    ])
    expect(answer.body).toMatchObject({ error: { data: { code: 'METHOD_NOT_ALLOWED', httpStatus: 405 } } })
  }
  expect((await stranger().send('OPTIONS', '/api/trpc/user.me')).status).toBe(204)
})

test('I3: a procedure has one address', async () => {
  for (const path of ['x/health.get', '/health.get', 'health.get/', 'x/y/health.get?batch=1', 'HEALTH.GET'])
    expect([path, (await stranger().get(`/api/trpc/${path}`)).status]).toEqual([path, 404])
})

test('J12: a path that cannot be decoded is refused in JSON', async () => {
  const answer = await stranger().get('/api/trpc/%')
  expect([answer.status, answer.headers.get('content-type')]).toEqual([400, 'application/json'])
  expect(answer.body).toMatchObject({ error: { data: { code: 'MALFORMED_BODY' } } })
})
