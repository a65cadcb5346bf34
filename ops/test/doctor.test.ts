import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { createServer as createHttp } from 'node:http'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createServer as createTls } from 'node:tls'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { makeCertificate } from '@latchkey/shared/certificate'
import type { Run } from '../deeds/run.ts'
import { doctor } from '../doctor/doctor.ts'
import { lockCheck } from '../doctor/lock.ts'
import { theWorld, type World } from '../doctor/place.ts'

const folder = mkdtempSync(join(tmpdir(), 'latchkey-doctor-'))
const settings = join(folder, 'deploy.env')
const days = (many: number) => new Date(Date.now() + many * 86_400_000)
const pair = makeCertificate({ names: ['example.com'], from: days(-1), until: days(60) })
let date = new Date()
const tls = createTls(pair, (socket) => socket.on('error', () => {}).end()).on('tlsClientError', () => {})
const plain = createServer((socket) => socket.on('error', () => {}).end())
const api = createHttp((_, res) => res.setHeader('date', date.toUTCString()).end())
const portOf = (server: { address(): unknown }) => (server.address() as AddressInfo).port

beforeAll(async () => {
  for (const server of [tls, plain, api]) await once(server.listen(0, '127.0.0.1'), 'listening')
})
afterAll(() => {
  for (const server of [tls, plain, api]) server.close()
  rmSync(folder, { recursive: true })
})
beforeEach(() => {
  date = new Date()
  write()
})

const write = (...more: string[]) =>
  writeFileSync(
    settings,
    [
      'ENV=staging',
      'WEBSITE_DOMAIN=example.com',
      'ACME_EMAIL=ops@example.com',
      `DO_API_URL=http://127.0.0.1:${portOf(api)}`,
      `DEPLOY_SSH_PORT=${portOf(plain)}`,
      ...more,
    ].join('\n'),
  )

const SAID: Record<string, string> = { git: 'git version 2.47.1', ssh: '', docker: '27.3.1' }
const healthy: Run = async (command) => {
  const [program] = command
  const stdout = command.includes('compose') ? 'v2.30.1' : (SAID[program] ?? '')
  return { code: 0, stdout, stderr: program === 'ssh' ? 'OpenSSH_9.9p1 Debian' : '' }
}
const world = (change: Partial<World> = {}): World => ({
  ...theWorld,
  resolve: async () => ['127.0.0.1'],
  ports: { http: portOf(plain), https: portOf(tls) },
  ...change,
})
async function ask(change: { run?: Run; world?: World } = {}) {
  const checks = await doctor({
    root: folder,
    settings,
    environment: {},
    run: healthy,
    world: world(),
    ...change,
  })
  for (const { verdict, next, says } of checks)
    if (verdict === 'fail' || verdict === 'warn') expect([says, next]).toEqual([says, expect.any(String)])
  return Object.fromEntries(checks.map(({ name, verdict, says }) => [name, `${verdict}: ${says}`]))
}

test('doctor: everything in its place', async () => {
  const said = await ask()
  expect(Object.values(said).filter((line) => !/^(pass|not-checked: is on the machine)/.test(line))).toEqual(
    [],
  )
  expect(said).toMatchObject({
    git: 'pass: 2.47',
    ssh: expect.stringContaining('127.0.0.1') as unknown,
    compose: 'pass: 2.30',
  })
  expect(said['certificate']).toMatch(/^pass: ends in 59 days|^pass: ends in 60 days/)
})

test('doctor: programs that are old, silent or not there', async () => {
  const run: Run = async ([program, ...words]) =>
    program === 'git'
      ? { code: 127, stdout: '', stderr: 'git: not found on this machine' }
      : words.includes('compose')
        ? { code: 0, stdout: 'v1.29.2', stderr: '' }
        : { code: 0, stdout: program === 'docker' ? '' : '9.9', stderr: '' }
  expect(await ask({ run })).toMatchObject({
    git: 'fail: does not answer here',
    compose: 'warn: 1.29, and 2.20 is the least',
    docker: 'warn: does not answer here',
  })
})

test('doctor: a clock that goes wrong, or nobody to compare it with', async () => {
  date = new Date(Date.now() - 90_000)
  expect((await ask())['clock']).toMatch(/^warn: (89|90|91) s/)
  write('DO_API_URL=http://127.0.0.1:1')
  expect((await ask())['clock']).toMatch(/^not-checked/)
})

test('doctor: a name that leads nowhere, or elsewhere', async () => {
  const nowhere = await ask({ world: world({ resolve: async () => [] }) })
  expect(nowhere).toMatchObject({
    'DNS example.com': 'fail: leads nowhere',
    'DNS admin.example.com': 'warn: leads nowhere',
  })
  expect(['ssh', 'http', 'https', 'certificate'].map((name) => nowhere[name])).toEqual([
    expect.stringMatching(/^(pass|not-checked)/),
    ...Array<unknown>(3).fill('not-checked: there is no address to ask'),
  ])
  write('DEPLOY_HOST=127.0.0.1')
  const elsewhere = await ask({ world: world({ resolve: async () => ['203.0.113.7'] }) })
  expect(elsewhere['DNS example.com']).toBe('warn: leads to 203.0.113.7, and not to DEPLOY_HOST')
})

test('doctor: ports where nobody answers', async () => {
  const said = await ask({ world: world({ ports: { http: 1, https: 1 } }) })
  expect(said).toMatchObject({
    http: 'fail: nobody answers at 127.0.0.1:1',
    https: 'fail: nobody answers at 127.0.0.1:1',
  })
  expect(said['certificate']).toBe('not-checked: no handshake (ECONNREFUSED)')
})

test('doctor: settings that cannot be used are told, and nothing else is guessed', async () => {
  write('DEPLOY_PATH=-x')
  const said = await ask()
  expect(said['settings']).toMatch(/^fail: 1 of them cannot be used: DEPLOY_PATH must be/)
  expect(said['certificate']).toBe('not-checked: the settings come first')
})

test('doctor: the age of the lock, on the machine that holds it', () => {
  const path = join(folder, 'app')
  expect(lockCheck(path)).toMatchObject({ verdict: 'not-checked' })
  mkdirSync(join(path, 'state'), { recursive: true })
  expect(lockCheck(path)).toMatchObject({ verdict: 'pass', says: 'nobody holds it' })
  writeFileSync(join(path, 'state', 'lock'), '')
  expect(lockCheck(path)).toMatchObject({ verdict: 'pass', says: 'held; last heard of 0 min ago' })
  utimesSync(join(path, 'state', 'lock'), days(-1), days(-1))
  expect(lockCheck(path)).toMatchObject({
    verdict: 'warn',
    next: expect.stringContaining('--break-lock') as unknown,
  })
})
