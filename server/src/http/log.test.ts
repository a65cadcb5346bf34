import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, describe, expect, test } from 'vitest'
import { openTestDb } from '@latchkey/db/test-db'
import { createApp } from '../app.ts'
import { closeDeps, openDeps } from '../deps.ts'
import { openLog } from '../log.ts'
import { aSignedInUser, PASSWORD } from '../test/actors.ts'
import { Browser } from '../test/browser.ts'
import { rawRequest, sendRaw } from '../test/raw.ts'

/** The real app, whose log is written down. */
const town = await openTestDb()
const server = createServer().listen(0, '127.0.0.1')
await once(server, 'listening')
const { port } = server.address() as AddressInfo
let written = ''
const env = { ...town.env, SERVER_PORT: port, PUBLIC_URL: `http://localhost:${port}` }
const log = openLog({ ...env, LOG_LEVEL: 'debug' }, 'server', { write: (line) => void (written += line) })
const deps = await openDeps(env, log)
server.on('request', createApp(deps))
const host = { url: `http://127.0.0.1:${port}`, deps }
afterAll(async () => {
  server.closeAllConnections()
  server.close()
  await closeDeps(deps)
  await town.close()
})

type Line = { level: string; msg: string; request_id?: string; path?: string; status?: number }
/** What was logged meanwhile, a line for each; throws where a line is not one JSON object. */
async function loggedBy(deed: () => Promise<unknown>): Promise<Line[]> {
  written = ''
  await deed()
  await new Promise((resolve) => setTimeout(resolve, 20))
  expect(written.endsWith('\n') || written === '').toBe(true)
  return written
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Line)
}

const FORGED = '{"level":"fatal","msg":"forged"}'
const EVIL = [
  `%0d%0a${FORGED}`,
  '%0A%0Aforged',
  '%1b[2J%1b[31mred',
  '}{',
  '"}\\n{"',
  '%00',
  '%e2%80%a8forged',
  '\\u000aforged',
  '%u000aforged',
]

describe('K7: a line of the log is a line, whatever was sent', () => {
  test.each(EVIL)('path and query: %s', async (evil) => {
    for (const path of [
      `/api/${encodeURI(evil)}`,
      `/api/health?q=${encodeURI(evil)}`,
      `/api/trpc/${encodeURI(evil)}`,
    ]) {
      const lines = await loggedBy(() => new Browser(host.url).get(path))
      expect(lines.map(({ msg }) => msg)).toEqual(['request'])
    }
  })

  test.each(['\x1b[31mred\x1b[0m', '}{', FORGED, '\x7f\x80\x9f', '"\\n', '\t\tforged'])(
    'headers: %j',
    async (evil) => {
      const headers = {
        'user-agent': evil,
        'x-request-id': evil,
        referer: evil,
        authorization: `Basic ${btoa(evil)}`,
      }
      const lines = await loggedBy(() =>
        sendRaw(
          host,
          Buffer.from(rawRequest(host, 'GET /api/auth/me', { ...headers, Origin: evil }), 'latin1'),
        ),
      )
      expect(lines.map(({ msg }) => msg).filter((msg) => msg !== 'request')).toEqual([])
      expect(lines.length).toBeLessThanOrEqual(1)
    },
  )

  test('a header that is folded or split over lines is no header', async () => {
    const lines = await loggedBy(() =>
      sendRaw(
        host,
        rawRequest(host, 'GET /api/health', { 'User-Agent': `x\r\n ${FORGED}`, A: `b\n${FORGED}: c` }),
      ),
    )
    expect(lines.filter(({ level }) => level === 'fatal')).toEqual([])
  })

  test('names and addresses that come in a body', async () => {
    const lines = await loggedBy(async () => {
      const browser = new Browser(host.url)
      for (const evil of ['\r\nforged', '\u001b[31m', '}{', FORGED, '\u2028']) {
        await browser.post('/api/auth/register', { email: evil, password: evil, displayName: evil })
        await browser.post('/api/trpc/auth.login', { email: `${evil}@example.com`, password: evil })
      }
    })
    expect(new Set(lines.map(({ msg }) => msg))).toEqual(new Set(['request']))
    expect(lines).toHaveLength(11)
  })
})

describe('C11: what signs in stands in no line of the log', () => {
  test('the whole life of a session', async () => {
    const secrets: (string | undefined)[] = [PASSWORD]
    const lines = await loggedBy(async () => {
      const { browser } = await aSignedInUser(host)
      secrets.push(browser.session, browser.csrf, browser.jar.get('latchkey_device'))
      await browser.get(`/api/auth/me?token=${browser.session}`)
      await browser.get(`/api/trpc/user.me?session=${browser.session}`)
      await browser.post('/api/auth/refresh')
      secrets.push(browser.session)
      await browser.post('/api/auth/change-password', {
        currentPassword: 'wrong-one-here',
        password: PASSWORD,
      })
      await browser.post('/api/auth/logout')
    })
    expect(lines.length).toBeGreaterThanOrEqual(7)
    for (const secret of secrets) {
      expect(secret?.length).toBeGreaterThan(10)
      expect(JSON.stringify(lines)).not.toContain(secret)
    }
  })
})

test('B2: the lines of a request know its id, after its body was read as well', async () => {
  const browser = new Browser(host.url)
  await browser.get('/api/auth/csrf')
  await town.ownerDb.schema.alterTable('users').renameTo('users_gone').execute()
  try {
    const headers = { 'x-request-id': 'an-id-of-this-test' }
    const lines = await loggedBy(async () => {
      await browser.post('/api/auth/login', { email: 'a@example.com', password: 'x' }, { headers })
      await browser.post('/api/trpc/auth.login', { email: 'a@example.com', password: 'x' }, { headers })
    })
    expect(lines.map(({ msg, request_id }) => [msg, request_id])).toEqual([
      ['a request failed', 'an-id-of-this-test'],
      ['request', 'an-id-of-this-test'],
      ['a call failed', 'an-id-of-this-test'],
      ['request', 'an-id-of-this-test'],
    ])
  } finally {
    await town.ownerDb.schema.alterTable('users_gone').renameTo('users').execute()
  }
})

test('L2: an address is logged without its query, where links carry tokens', async () => {
  for (const path of ['/api/nothing', '/unlock', '/api/trpc/health.get']) {
    const lines = await loggedBy(() => new Browser(host.url).get(`${path}?token=ABC234`))
    expect(lines.map(({ path }) => path)).toEqual([path])
    expect(written).not.toContain('ABC234')
  }
})

test('S2: an email address in a path is hidden, however it is written there', async () => {
  for (const at of ['@', '%40']) {
    const lines = await loggedBy(() => new Browser(host.url).get(`/api/nothing/anna.b${at}example.com`))
    expect(lines.map(({ path }) => path)).toEqual([
      expect.stringMatching(/^\/api\/nothing\/\[email \w{12}\]$/),
    ])
  }
})
