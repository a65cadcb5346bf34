import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, describe, expect, test } from 'vitest'
import { openTestDb } from '@latchkey/db/test-db'
import type { Source } from '@latchkey/shared/env'
import { aSignedInUser } from './test/actors.ts'
import { Browser } from './test/browser.ts'
import { openPasswords } from './auth/password.ts'
import { type Running, runServer } from './test/process.ts'

const town = await openTestDb()
const running: Running[] = []
afterEach(() => running.splice(0).forEach(({ child }) => child.kill('SIGKILL')))
afterAll(() => town.close())

async function run(settings = {}): Promise<Running> {
  const server = await runServer(town.env, { settings: { SERVER_WORKERS: '3', ...settings } })
  running.push(server)
  await eventually(() => server.said().split('"listening"').length > 3)
  return server
}

const workersOf = ({ child }: Running): number[] => {
  try {
    return execFileSync('pgrep', ['-P', String(child.pid)])
      .toString()
      .trim()
      .split('\n')
      .map(Number)
  } catch (error) {
    // It says so where there is none. Anything else is not known, and a process that is not known is not killed.
    if ((error as { status?: number }).status === 1) return []
    throw error
  }
}
const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
async function eventually(holds: () => boolean | Promise<boolean>): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    if (await holds()) return
    await sleep(50)
  }
  expect.unreachable('it did not come to that')
}
const answers = async ({ url }: Running): Promise<boolean> =>
  new Browser(url).get('/api/health').then(
    ({ status }) => status === 200,
    () => false,
  )

test('B9: the real command with three workers answers, and a sign-in holds on each of them', async () => {
  const server = await run()
  const passwords = await openPasswords({ PASSWORD_PROFILE: 'test' })
  const { browser } = await aSignedInUser({ url: server.url, deps: { db: town.db, passwords } as never })
  for (let call = 0; call < 12; call += 1) {
    const answer = await browser.get('/api/auth/me', { headers: { connection: 'close' } })
    expect(answer.status).toBe(200)
  }
})

test('B9: a worker that dies is replaced, and the others answer meanwhile', async () => {
  const server = await run()
  const [victim = NaN, ...others] = workersOf(server)
  expect(others).toHaveLength(2)
  process.kill(victim, 'SIGKILL')
  await eventually(() => !isAlive(victim))
  // One connection may still be handed to whom the primary has not missed yet.
  await eventually(() => answers(server))
  expect(workersOf(server)).toEqual(expect.arrayContaining(others))
  await eventually(() => workersOf(server).length === 3)
  expect(workersOf(server)).toEqual(expect.arrayContaining(others))
})

test.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)('B9: %s ends all of them, with 0', async (signal) => {
  const server = await run()
  const workers = workersOf(server)
  server.child.kill(signal)
  expect(await server.ended).toBe(0)
  expect(workers.filter(isAlive)).toEqual([])
})

test('B9: workers do not outlive a primary that was killed', async () => {
  const server = await run()
  const workers = workersOf(server)
  server.child.kill('SIGKILL')
  await eventually(() => !workers.some(isAlive))
})

describe.each(['1', '3'])('what cannot start ends with 1 and says why, once: SERVER_WORKERS=%s', (count) => {
  const failure = (settings: Source) =>
    runServer(town.env, { settings: { SERVER_WORKERS: count, ...settings } }).then(
      (server) => {
        running.push(server)
        return 'it started'
      },
      ({ message }: Error) => message,
    )

  test('a port that is taken', async () => {
    const holder = createServer().listen(0, '127.0.0.1')
    await once(holder, 'listening')
    const { port } = holder.address() as AddressInfo
    const said = await failure({ SERVER_PORT: String(port) })
    expect(said).toMatch(/^it did not start \(1\)/)
    expect(said.match(/is taken/g)).toHaveLength(1)
    holder.close()
  })

  test('a list of passwords that is not there', async () => {
    const said = await failure({ COMMON_PASSWORDS_FILE: '/no/such/list' })
    expect(said).toMatch(/^it did not start \(1\)/)
    expect(said.match(/COMMON_PASSWORDS_FILE: .*ENOENT/g)).toHaveLength(1)
  })
})
