import { connect } from 'node:net'
import { once } from 'node:events'
import { afterAll, expect, test } from 'vitest'
import { openTestDb } from '@latchkey/db/test-db'
import { Browser } from './test/browser.ts'
import { aUser, PASSWORD } from './test/actors.ts'
import { freePort } from './test/process.ts'
import { openPasswords } from './auth/password.ts'
import { serve } from './serve.ts'

const town = await openTestDb()
afterAll(() => town.close())

const settings = async () => {
  const port = await freePort()
  return {
    ...town.env,
    SERVER_PORT: port,
    PUBLIC_URL: `http://localhost:${port}`,
    PASSWORD_PROFILE: 'strong' as const,
  }
}

test('stopping: a request under way is answered, an idle connection is closed, a new one refused', async () => {
  const env = await settings()
  const serving = await serve(env)
  const url = `http://127.0.0.1:${serving.port}`
  const passwords = await openPasswords({ PASSWORD_PROFILE: 'strong' })
  const { email } = await aUser({ url, deps: { db: town.db, passwords } as never })
  const browser = new Browser(url)
  await browser.get('/api/auth/csrf')
  const idle = connect(serving.port, '127.0.0.1')
  await once(idle, 'connect')
  const idleClosed = once(idle, 'close')

  const underWay = browser.post('/api/auth/login', { email, password: PASSWORD })
  await new Promise((resolve) => setTimeout(resolve, 20))
  const stopped = serving.stop()
  expect((await underWay).status).toBe(200)
  await Promise.all([stopped, idleClosed])
  await expect(new Browser(url).get('/api/health')).rejects.toThrow()
})

test('decision 30: leaving: the proxy is told first, requests are taken meanwhile, and each ends its connection', async () => {
  const env = { ...(await settings()), SERVER_LEAVE_SECONDS: 1 }
  const serving = await serve(env)
  const url = `http://127.0.0.1:${serving.port}`
  const ask = (path: string, headers = {}) => new Browser(url).get(path, { headers })
  expect((await ask('/internal/ready', { host: 'server-a:8000' })).status).toBe(200)
  expect((await ask('/internal/ready', { 'x-forwarded-for': '203.0.113.9' })).status).toBe(404)
  const stopped = serving.stop()
  expect((await ask('/internal/ready')).status).toBe(503)
  const taken = await ask('/api/health')
  expect([taken.status, taken.headers.get('connection')]).toEqual([200, 'close'])
  await stopped
  await expect(ask('/internal/ready')).rejects.toThrow()
})

test('a port that is taken is said by its name', async () => {
  const env = await settings()
  const first = await serve(env)
  await expect(serve(env)).rejects.toThrow('EADDRINUSE')
  await first.stop()
})
