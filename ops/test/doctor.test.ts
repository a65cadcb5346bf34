import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { createServer as createHttp } from 'node:http'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createServer as createTls } from 'node:tls'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { makeCertificate } from '@latchkey/shared/certificate'
import { takeDeployLock } from '../deeds/deploy-lock.ts'
import { openRemoteShell } from '../deeds/remote-shell.ts'
import { type Run, run } from '../deeds/run.ts'
import { doctor } from '../doctor/doctor.ts'
import { theWorld, type World } from '../doctor/place.ts'
import { findOnPath } from '../local/proof/find-on-path.ts'
import { hasSshd, openTestSshd, type TestSshd } from './deploy/sshd.ts'

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
/** What is asked of a lock is really asked; whether there is an engine here is another test's question. */
const real: Run = (command, options) =>
  command[0] === 'docker' ? healthy(command, options) : run(command, options)
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
    git: 'fail: does not answer',
    compose: 'warn: 1.29, and 2.20 is the least',
    docker: 'warn: does not answer',
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

const anna = {
  operator: 'anna',
  host: 'desk',
  version: '1f2e3d4c5b6a',
  mode: 'update-only',
  message: 'sign-in',
}
const silent = (place: string, seconds: number) => {
  const then = new Date(Date.now() - seconds * 1000)
  utimesSync(join(place, 'state/lock/beat'), then, then)
}
const HELD =
  /^pass: anna on desk \(pid \d+\) has been deploying here for \d+ s: update-only of 1f2e3d4c5b6a, "sign-in"\. Its last sign of life was \d+ s ago\.$/
const STALE = /^warn: anna on desk .* The lock is stale: nothing was heard of its holder for 2 min\.$/

describe.skipIf(!findOnPath('flock'))('doctor: who holds the lock (flock)', () => {
  const place = join(folder, 'app')
  const lockHere = async () => (await ask({ run: real }))['lock']

  test('on the machine that is deployed to', async () => {
    write(`DEPLOY_PATH=${place}`)
    expect(await lockHere()).toBe('not-checked: is on the machine that is deployed to: DEPLOY_HOST')
    mkdirSync(join(place, 'state'), { recursive: true })
    expect(await lockHere()).toBe('pass: nobody holds it')
    await using held = await takeDeployLock({ run: real, path: join(place, 'state/lock') }, anna)
    expect(held.owner.operator).toBe('anna')
    expect(await lockHere()).toMatch(HELD)
    silent(place, 120)
    expect(await lockHere()).toMatch(STALE)
  })
})

describe.skipIf(!hasSshd || !findOnPath('flock'))(
  'doctor: over there (openssh-server)',
  { timeout: 60_000 },
  () => {
    const place = join(folder, 'there')
    let sshd: TestSshd
    const programs = join(folder, 'bin')
    beforeAll(async () => {
      mkdirSync(programs)
      sshd = await openTestSshd({ env: { PATH: `${programs}:/usr/bin:/bin` } })
    })
    afterAll(() => sshd?.close())
    /** What a program over there says; nothing, and it is none. */
    const play = (name: string, script: string) =>
      writeFileSync(join(programs, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 })

    const lockThere = async (...more: string[]) => (await askThere(...more))['lock']
    const askThere = async (...more: string[]) => {
      const { port, user, keyFile, hostKey } = sshd.target
      write(
        ...['DEPLOY_HOST=127.0.0.1', `DEPLOY_SSH_PORT=${port}`, `DEPLOY_SSH_USER=${user}`],
        ...[
          `DEPLOY_SSH_KEY_FILE=${keyFile}`,
          `DEPLOY_HOST_KEY='${hostKey?.split(' ').slice(0, 2).join(' ')}'`,
        ],
        ...[`DEPLOY_PATH=${place}`, ...more],
      )
      return ask({ run: real })
    }

    test('what a deploy stands on over there: the engine, compose, the disk and the last backup', async () => {
      const there = ['engine there', 'compose there', 'disk there', 'backup']
      const backups = join(folder, 'kept/state/backups')
      const named = (date: Date) => `latchkey-${date.toISOString().replace(/[-:]|\.\d+/g, '')}.dump`
      const host = [`DEPLOY_PATH=${join(folder, 'kept')}`]
      const said = async () => {
        const all = await askThere(...host)
        return there.map((name) => all[name])
      }
      const talks = (engine: string, compose: string) =>
        play('docker', `[ "$1" = compose ] && echo ${compose} || echo '{"Server":{"Version":"${engine}"}}'`)

      talks('28.1.0', 'v2.35.1')
      play('df', 'printf "Filesystem 1024-blocks Used Available\\n/dev/a 9 9 20971520\\n"')
      expect(await said()).toEqual([
        ...['pass: 28.1', 'pass: 2.35', 'pass: 20.0 GB free'],
        'not-checked: nobody has deployed there yet',
      ])

      mkdirSync(backups, { recursive: true })
      expect((await said()).at(-1)).toBe('warn: there is none')
      writeFileSync(join(backups, named(days(-9))), '')
      expect((await said()).at(-1)).toBe('warn: the last one is 9 days old')
      writeFileSync(join(backups, named(days(-1.5))), '')
      expect((await said()).at(-1)).toBe('pass: the last one is 1 day old')

      talks('19.3.0', '1.29.2')
      play('df', 'printf "Filesystem 1024-blocks Used Available\\n/dev/a 9 9 1048576\\n"')
      expect((await said()).slice(0, 3)).toEqual([
        'fail: 19.3, and 20.10 is the least',
        'fail: 1.29, and 2.20 is the least',
        'warn: 1.0 GB free',
      ])
      play('docker', 'exit 127')
      play('df', 'exit 1')
      expect((await said()).slice(0, 3)).toEqual([
        ...['fail: does not answer', 'fail: does not answer'],
        `not-checked: df does not tell of ${join(folder, 'kept')}`,
      ])
    })

    test('who cannot sign in is told why nothing over there was asked', async () => {
      const unasked = async (...more: string[]) => {
        const { lock: _, ...all } = await askThere(...more)
        return new Set(['engine there', 'compose there', 'disk there', 'backup'].map((name) => all[name]))
      }
      expect(await unasked('DEPLOY_SSH_KEY_FILE=')).toEqual(
        new Set(['not-checked: needs the key to sign in with: DEPLOY_SSH_KEY_FILE']),
      )
      expect(await unasked(`DEPLOY_SSH_KEY_FILE=${sshd.strangerKey}`)).toEqual(
        new Set(['not-checked: nobody is let in there']),
      )
    })

    test('O5: nobody yet, nobody, somebody, and somebody of whom nothing was heard', async () => {
      expect(await lockThere()).toBe('pass: nobody has deployed there yet')
      mkdirSync(join(place, 'state'), { recursive: true })
      expect(await lockThere()).toBe('pass: nobody holds it')
      await using shell = await openRemoteShell(sshd.target)
      await using held = await takeDeployLock({ run: shell.run, path: join(place, 'state/lock') }, anna)
      expect(held.owner.operator).toBe('anna')
      expect(await lockThere()).toMatch(HELD)
      silent(place, 120)
      expect(await lockThere()).toMatch(STALE)
    })

    test('where the settings do not say where and whose key, it is what the last deploy has written down', async () => {
      const memory = join(folder, 'deploy.state.json')
      const { host: address, hostKey } = sshd.target
      const nothing = ['DEPLOY_HOST=', 'DEPLOY_HOST_KEY=', `DEPLOY_PATH=${join(folder, 'nobody-there')}`]
      try {
        writeFileSync(memory, JSON.stringify({ address, hostKey }))
        expect(await lockThere(...nothing)).toBe('pass: nobody has deployed there yet')
        writeFileSync(memory, JSON.stringify({ address, hostKey: sshd.strangerKey }))
        expect(await lockThere(...nothing)).toMatch(/^fail: /)
        writeFileSync(memory, '{')
        expect(await ask({ run: real })).toMatchObject({
          settings: `fail: ${memory} is not what a deploy has written.`,
          lock: 'not-checked: the settings come first',
        })
      } finally {
        rmSync(memory)
      }
    })

    test('a key that is not let in, and a host that shows another one, are told with what to do', async () => {
      expect(await lockThere(`DEPLOY_SSH_KEY_FILE=${sshd.strangerKey}`)).toMatch(
        /^fail: 127\.0\.0\.1 does not let /,
      )
      const other = readFileSync(`${sshd.strangerKey}.pub`, 'utf8').split(' ').slice(0, 2).join(' ')
      expect(await lockThere(`DEPLOY_HOST_KEY='${other}'`)).toMatch(
        /^fail: .*another host key than the pinned one/,
      )
      expect(await lockThere('DEPLOY_SSH_PORT=1')).toMatch(
        /^not-checked: 127\.0\.0\.1 does not answer on port 1\./,
      )
      expect(await lockThere('DEPLOY_SSH_KEY_FILE=')).toMatch(/^not-checked: needs the key/)
    })

    test('a state that may not be looked at is not taken for a lock that is free', async () => {
      mkdirSync(join(folder, 'odd'), { recursive: true })
      writeFileSync(join(folder, 'odd/state'), '')
      expect(await lockThere(`DEPLOY_PATH=${join(folder, 'odd')}`)).toMatch(
        /^fail: The lock .* cannot be worked with/,
      )
    })
  },
)
