import { type ChildProcess, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, describe, expect, test } from 'vitest'
import { DEMO_ACCOUNTS, DEMO_PASSWORD } from '@latchkey/shared/demo'
import { freePort } from './postgres/free-port.ts'

/** `npm start` as a person types it, and what happens when it is ended in every way there is. */
const ROOT = join(import.meta.dirname, '../..')
const MARK = 'LATCHKEY_DRILL'

type Drill = {
  npm: ChildProcess
  url: string
  dataDir: string
  mark: string
  said: () => string
  ended: Promise<number | null>
}
const drills: Drill[] = []

function begin(settings: { port: number; dataDir?: string; env?: Record<string, string> }): Drill {
  const mark = randomUUID()
  const dataDir = settings.dataDir ?? mkdtempSync(join(tmpdir(), 'latchkey-drill-'))
  const own = {
    SERVER_PORT: String(settings.port),
    DATA_DIR: dataDir,
    [MARK]: mark,
    ENV: 'local',
    DATABASE_URL: '',
    PUBLIC_URL: '',
  }
  const env = { ...process.env, ...own, ...settings.env }
  // What the test runner says of itself must not reach the build.
  for (const name of ['VITEST', 'NODE_ENV', 'TEST']) delete (env as NodeJS.ProcessEnv)[name]
  const npm = spawn('npm', ['start'], { cwd: ROOT, env, detached: true })
  let text = ''
  for (const stream of [npm.stdout, npm.stderr])
    stream.on('data', (chunk: Buffer) => (text += chunk.toString()))
  const ended = new Promise<number | null>((resolve) => npm.once('close', resolve))
  const drill = { npm, url: `http://localhost:${settings.port}`, dataDir, mark, said: () => text, ended }
  drills.push(drill)
  return drill
}

async function eventually(what: string, look: () => Promise<boolean> | boolean, seconds = 60): Promise<void> {
  for (let attempt = 0; attempt < seconds * 50; attempt += 1) {
    if (await look()) return
    await sleep(20)
  }
  throw new Error(`${what} did not happen within ${seconds} s`)
}
const isUp = (url: string) =>
  fetch(`${url}/api/health`).then(
    ({ ok }) => ok,
    () => false,
  )
const up = ({ url, said, npm }: Drill) =>
  eventually('a healthy start', async () => {
    if (npm.exitCode !== null) throw new Error(`npm start ended with code ${npm.exitCode}`)
    return isUp(url)
  }).catch((error: unknown) => Promise.reject(new Error(`${String(error)}\n${said()}`)))

/** Every process that was started under this drill, whoever its parent is by now. */
const processesOf = ({ mark, dataDir }: Drill): { pid: number; command: string }[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const command = readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ')
        // initdb is given an environment of its own; it is known by the folder that it works in.
        const isOurs =
          command.includes(dataDir) ||
          readFileSync(`/proc/${name}/environ`, 'utf8').includes(`${MARK}=${mark}`)
        return command && isOurs ? [{ pid: Number(name), command }] : []
      } catch {
        return []
      }
    })
const pidOf = (drill: Drill, command: string): number => {
  const found = processesOf(drill).find((one) => one.command.includes(command))
  if (!found) throw new Error(`${command} does not run`)
  return found.pid
}

async function signsIn(url: string): Promise<boolean> {
  const csrf = await fetch(`${url}/api/auth/csrf`)
  const { csrfToken } = (await csrf.json()) as { csrfToken: string }
  const headers = {
    'content-type': 'application/json',
    'x-csrf-token': csrfToken,
    cookie: `latchkey_csrf=${csrfToken}`,
  }
  const body = JSON.stringify({ email: DEMO_ACCOUNTS[0].email, password: DEMO_PASSWORD })
  return (await fetch(`${url}/api/auth/login`, { method: 'POST', headers, body })).ok
}

afterEach(async () => {
  for (const drill of drills.splice(0)) {
    for (const { pid } of processesOf(drill)) process.kill(pid, 'SIGKILL')
    await drill.ended
    rmSync(drill.dataDir, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })
  }
})

describe.runIf(process.platform === 'linux')('decision 4: what ends npm ends everything', () => {
  test.each(['SIGTERM', 'SIGHUP', 'SIGKILL'] as const)(
    '%s to the npm process alone: nothing runs 5 s later',
    async (signal) => {
      const drill = begin({ port: await freePort() })
      await up(drill)
      expect(processesOf(drill).length).toBeGreaterThan(5)
      drill.npm.kill(signal)
      await sleep(5000)
      expect(processesOf(drill)).toEqual([])
    },
  )

  test('Ctrl-C, which reaches all of them at once, ends Postgres last and in order', async () => {
    const drill = begin({ port: await freePort() })
    await up(drill)
    process.kill(-(drill.npm.pid ?? 0), 'SIGINT')
    await drill.ended
    await eventually('the end of all', () => processesOf(drill).length === 0, 5)
    const log = readFileSync(join(drill.dataDir, 'postgres/postgres.log'), 'utf8')
    expect(log).toContain('database system is shut down')
  })

  test('SIGKILL to what npm started leaves no Postgres behind', async () => {
    const drill = begin({ port: await freePort() })
    await up(drill)
    process.kill(pidOf(drill, 'node ops/local/start.ts'), 'SIGKILL')
    await eventually('the end of all', () => processesOf(drill).length === 0, 10)
  })
})

describe.runIf(process.platform === 'linux')('decision 8: starting again', () => {
  test('keeps the data and the secrets, which nobody else can read', async () => {
    const port = await freePort()
    const first = begin({ port })
    await up(first)
    expect(await signsIn(first.url)).toBe(true)
    const secrets = join(first.dataDir, 'secrets.json')
    const before = readFileSync(secrets, 'utf8')
    expect(statSync(secrets).mode & 0o777).toBe(0o600)
    first.npm.kill('SIGTERM')
    await first.ended
    await eventually('the end of all', () => processesOf(first).length === 0, 5)

    const second = begin({ port, dataDir: first.dataDir })
    await up(second)
    expect(readFileSync(secrets, 'utf8')).toBe(before)
    expect(await signsIn(second.url)).toBe(true)
  })

  test('after a kill in the middle of the first start it heals itself', async () => {
    const port = await freePort()
    const first = begin({ port })
    await eventually('the making of the cluster', () => existsSync(join(first.dataDir, 'postgres.making')))
    for (const { pid } of processesOf(first)) process.kill(pid, 'SIGKILL')
    await first.ended
    const second = begin({ port, dataDir: first.dataDir })
    await up(second)
    expect(second.said()).toContain('cut off')
    expect(await signsIn(second.url)).toBe(true)
  })

  test('a server or a worker that dies is started again', async () => {
    const drill = begin({ port: await freePort() })
    await up(drill)
    for (const command of ['server/src/main.ts', 'jobs/src/main.ts']) {
      const pid = pidOf(drill, command)
      process.kill(pid, 'SIGKILL')
      await eventually(`${command} again`, () =>
        processesOf(drill).some((one) => one.command.includes(command) && one.pid !== pid),
      )
    }
    await up(drill)
  })
})

describe('a start that cannot be says what to type next', () => {
  test('running here already', async () => {
    const drill = begin({ port: await freePort() })
    await up(drill)
    const again = begin({ port: await freePort(), dataDir: drill.dataDir })
    expect(await again.ended).toBe(1)
    expect(again.said()).toContain(drill.url)
    expect(await isUp(drill.url)).toBe(true)
  })

  test('the port is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1')
    await eventually('a listener', () => other.listening)
    const { port } = other.address() as { port: number }
    const drill = begin({ port })
    expect(await drill.ended).toBe(1)
    expect(drill.said()).toMatch(/SERVER_PORT=\d+ npm start/)
    other.close()
  })

  test('a malformed setting', async () => {
    const drill = begin({
      port: await freePort(),
      env: { SESSION_BINDING: 'sometimes', COOKIE_SECURE: 'maybe' },
    })
    expect(await drill.ended).toBe(1)
    expect(drill.said()).toContain('SESSION_BINDING must be off, client or strict')
    expect(drill.said()).toContain('COOKIE_SECURE must be true or false')
    expect(drill.said()).not.toContain('    at ')
  })

  test('the database cannot be reached', async () => {
    const url = `postgres://nobody:x@127.0.0.1:${await freePort()}/nothing`
    const drill = begin({ port: await freePort(), env: { DATABASE_URL: url } })
    expect(await drill.ended).toBe(1)
    expect(drill.said()).toMatch(/DATABASE_URL/)
    expect(drill.said()).not.toContain('    at ')
  })

  test('the data directory cannot be written', async () => {
    const drill = begin({ port: await freePort(), dataDir: join(import.meta.filename, 'data') })
    expect(await drill.ended).toBe(1)
    expect(drill.said()).toMatch(/DATA_DIR=/)
    drills.pop()
  })
})
