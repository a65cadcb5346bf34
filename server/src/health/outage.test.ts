import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { makeBoss } from '@latchkey/db/boss'
import { openTestDb } from '@latchkey/db/test-db'
import { type Env } from '@latchkey/shared/env'
import { Secret } from '@latchkey/shared/secret'
import { aSignedInUser, aUser, PASSWORD } from '../test/actors.ts'
import { Browser } from '../test/browser.ts'
import { openGate } from '../test/gate.ts'
import { openHostOn } from '../test/host.ts'

const town = await openTestDb({
  HEALTH_TIMEOUT_MS: '300',
  DATABASE_STATEMENT_TIMEOUT_MS: '1000',
  DATABASE_CONNECT_TIMEOUT_MS: '1000',
})
const direct = new URL(town.env.DATABASE_URL.reveal())
const gate = await openGate({ host: direct.hostname, port: Number(direct.port) })
const through = new URL(direct)
through.port = String(gate.port)
const env: Env = { ...town.env, DATABASE_URL: new Secret(through.href) }
const host = await openHostOn(env)
afterAll(async () => {
  gate.open()
  await host.close()
  await gate.close()
  await town.close()
})
beforeEach(() => gate.open())

const health = () => new Browser(host.url).get('/api/health')

async function healthyAgain(): Promise<void> {
  for (let attempt = 0; attempt < 50; attempt += 1) {
    if ((await health()).status === 200) return
    await sleep(100)
  }
  expect.unreachable('health did not recover')
}

describe.each(['cut', 'hang'] as const)('R3: Postgres goes away (%s) and comes back', (fault) => {
  test('503 in the error shape through both doors, health says so, and then all is as before', async () => {
    const { browser } = await aSignedInUser(host)
    const { email } = await aUser(host)
    expect((await health()).body).toMatchObject({ ok: true, db_ok: true })
    gate[fault]()

    const sick = await health()
    expect(sick.status).toBe(503)
    expect(sick.body).toMatchObject({ ok: false, service: 'server', db_ok: false, status: 'unavailable' })
    expect(sick.headers.get('retry-after')).toBe('5')

    const failed = await Promise.all([
      browser.get('/api/auth/me'),
      browser.get('/api/trpc/user.me'),
      browser.post('/api/auth/logout'),
      new Browser(host.url).post('/api/auth/login', { email, password: PASSWORD }),
      new Browser(host.url).post('/api/auth/register', { email: 'x@example.com', password: PASSWORD }),
    ])
    for (const answer of failed) {
      expect([answer.status, answer.text]).toEqual([503, expect.stringContaining('"code":"UNAVAILABLE"')])
      expect(answer.headers.get('retry-after')).toBe('5')
      expect(answer.headers.get('x-request-id')).toBeTruthy()
    }

    gate.open()
    await healthyAgain()
    expect((await browser.get('/api/auth/me')).status).toBe(200)
    expect((await browser.post('/api/auth/logout')).status).toBe(200)
    const late = await new Browser(host.url).post('/api/auth/register', {
      email: `${fault}@example.com`,
      password: PASSWORD,
    })
    expect(late.status).toBe(202)
  })
})

test('a server that starts without a database answers, and works when there is one', async () => {
  gate.cut()
  const early = await openHostOn(env)
  try {
    expect((await new Browser(early.url).get('/api/health')).status).toBe(503)
    gate.open()
    await healthyAgain()
    const answer = await new Browser(early.url).post('/api/auth/register', {
      email: 'early@example.com',
      password: PASSWORD,
    })
    expect(answer.status).toBe(202)
  } finally {
    await early.close()
  }
})

test('a queue that has not started is started by whoever asks it, and is a 503 while it cannot be', async () => {
  const queueGate = await openGate({ host: direct.hostname, port: Number(direct.port) })
  const url = new URL(direct)
  url.port = String(queueGate.port)
  const boss = makeBoss(env, { role: 'sends', url: new Secret(url.href), onError: () => {} })
  const late = await openHostOn(env, { boss })
  const { browser } = await aSignedInUser(late, { roles: ['ADMIN'] })
  const input = encodeURIComponent(JSON.stringify({ id: randomUUID() }))
  const ask = () => browser.get(`/api/trpc/jobs.pingResult?input=${input}`)
  try {
    queueGate.cut()
    const answer = await ask()
    expect([answer.status, answer.text]).toEqual([503, expect.stringContaining('"code":"UNAVAILABLE"')])
    expect(answer.headers.get('retry-after')).toBe('5')
    queueGate.open()
    expect((await ask()).body).toEqual({ result: { data: { state: 'unknown', doneAt: null } } })
  } finally {
    await late.close()
    await queueGate.close()
  }
})
