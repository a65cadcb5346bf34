import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { DEMO_ACCOUNTS, DEMO_PASSWORD } from '@latchkey/shared/demo'
import { freePort } from '../local/postgres/free-port.ts'
import { startPostgres } from '../local/postgres.ts'

/**
 * A throwaway Postgres with the demo people in it. Unless they are to be `spread` over the machine as they would be, the
 * servers share one core, all else the other.
 */
const ROOT = join(import.meta.dirname, '../..')
const SERVER_CORE = '0'
const OTHER_CORE = '1'
const canPin = availableParallelism() > 1 && spawnSync('taskset', ['--version']).status === 0

export type Town = {
  env: NodeJS.ProcessEnv
  start(script: string): Promise<Started>
  end(): Promise<void>
}
export type Started = {
  url: string
  /** Processor time since its start, of all its threads. A busy neighbour hardly changes it. Linux only, else NaN. */
  cpuMs(): number
  stop(): Promise<void>
}

export async function openTown(settings: NodeJS.ProcessEnv = {}, { spread = false } = {}): Promise<Town> {
  const isPinned = canPin && !spread
  const home = mkdtempSync(join(tmpdir(), 'latchkey-bench-'))
  // What this process starts inherits its core.
  if (isPinned) execFileSync('taskset', ['-cp', OTHER_CORE, String(process.pid)], { stdio: 'ignore' })
  const postgres = await startPostgres({ dir: join(home, 'postgres'), durable: false })
  const env = { ...process.env, ...settingsFor(postgres.adminUrl), ...settings }
  for (const command of [['db/src/provision.ts'], ['db/src/migrate.ts', 'up'], ['db/src/seed.ts']])
    execFileSync(process.execPath, command, { cwd: ROOT, env, stdio: ['ignore', 'ignore', 'inherit'] })

  const children = new Set<ChildProcess>()
  return {
    env,
    async start(script) {
      const port = await freePort()
      const log = openSync(join(home, `${script.replaceAll('/', '-')}.log`), 'a')
      const [command = '', ...args] = pinnedIf(isPinned, [process.execPath, ...profiling(), script])
      const child = spawn(command, args, {
        cwd: ROOT,
        env: {
          ...env,
          SERVER_PORT: String(port),
          JOBS_HEALTH_PORT: String(port),
          PUBLIC_URL: `http://localhost:${port}`,
        },
        // Over the channel they hear that we are gone, however that came.
        stdio: ['ignore', log, log, 'ipc'],
      })
      closeSync(log)
      children.add(child)
      const url = `http://localhost:${port}`
      await answers(url)
      return { url, cpuMs: () => cpuMsOf(child), stop: () => stop(child) }
    },
    async end() {
      await Promise.all([...children].map(stop))
      await postgres.stop()
      rmSync(home, { recursive: true, force: true })
    },
  }
}

/** `BENCH_CPU_PROF=<folder>` writes a CPU profile of each server there, to see where the time goes. */
const profiling = (): string[] => {
  const folder = process.env['BENCH_CPU_PROF']
  return folder ? ['--cpu-prof', `--cpu-prof-dir=${folder}`] : []
}

const pinnedIf = (isPinned: boolean, command: string[]): string[] =>
  isPinned ? ['taskset', '-c', SERVER_CORE, ...command] : command

function settingsFor(adminUrl: string): NodeJS.ProcessEnv {
  const secret = () => randomBytes(32).toString('base64')
  const urlOf = (role: string) => {
    const url = new URL(adminUrl)
    url.username = role
    url.password = role
    url.pathname = '/bench'
    return url.href
  }
  return {
    ENV: 'test',
    RATE_LIMITS: 'raised',
    PASSWORD_PROFILE: 'test',
    ADMIN_DATABASE_URL: adminUrl,
    MIGRATION_DATABASE_URL: urlOf('bench_owner'),
    DATABASE_URL: urlOf('bench_app'),
    JOBS_DATABASE_URL: urlOf('bench_jobs'),
    SESSION_SECRET: secret(),
    TOKEN_PEPPER: secret(),
    ENCRYPTION_KEYS: JSON.stringify({ v1: secret() }),
  }
}

async function answers(url: string): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    if (await fetch(url).catch(() => undefined)) return
    await sleep(50)
  }
  throw new Error(`${url} did not come up`)
}

/** User and system time are the 14th and 15th field, in hundredths of a second; the 2nd is a name in brackets. */
function cpuMsOf({ pid }: ChildProcess): number {
  if (process.platform !== 'linux') return NaN
  const [, fields = ''] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')
  const [user = NaN, system = NaN] = fields.split(' ').slice(11, 13).map(Number)
  return (user + system) * 10
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill('SIGTERM')
  await once(child, 'exit')
}

/** A session answers to the browser that it was given to; here all are one. */
export const AGENT = { 'user-agent': 'bench' }

export async function csrfTokenOf(url: string): Promise<string> {
  const answer = await fetch(`${url}/api/auth/csrf`, { headers: AGENT })
  return ((await answer.json()) as { csrfToken: string }).csrfToken
}

/** Signs a demo person in as a program would, and gives the cookie that says so. */
export async function signIn(url: string): Promise<string> {
  const csrfToken = await csrfTokenOf(url)
  const answer = await fetch(`${url}/api/auth/login`, {
    method: 'POST',
    headers: {
      ...AGENT,
      'content-type': 'application/json',
      'x-csrf-token': csrfToken,
      cookie: `latchkey_csrf=${csrfToken}`,
    },
    body: JSON.stringify({ email: DEMO_ACCOUNTS[1].email, password: DEMO_PASSWORD }),
  })
  if (!answer.ok) throw new Error(`could not sign in: ${answer.status} ${await answer.text()}`)
  return answer.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ')
}
