import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterEach, beforeEach, expect, onTestFinished, test } from 'vitest'
import { type Postgres, startPostgres } from './postgres.ts'
import { sleep } from './sleep.ts'

let folder: string
const running: Postgres[] = []
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'latchkey-postgres-'))))
afterEach(async () => {
  for (const postgres of running.splice(0)) await postgres.stop()
  rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })
})

async function start(): Promise<Postgres> {
  const postgres = await startPostgres({ dir: join(folder, 'postgres'), durable: false })
  running.push(postgres)
  return postgres
}

async function ask(url: string, question: string): Promise<unknown> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    const { rows } = await client.query<Record<string, unknown>>(question)
    return Object.values(rows[0] ?? {})[0]
  } finally {
    await client.end()
  }
}

const lives = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

test('it is a PostgreSQL 17 behind 127.0.0.1, for those who know the password', async () => {
  const { adminUrl, port } = await start()
  expect(await ask(adminUrl, 'show server_version')).toMatch(/^17\./)
  expect(await ask(adminUrl, 'show listen_addresses')).toBe('127.0.0.1')
  expect(await ask(adminUrl, 'select datcollate from pg_database where datname = current_database()')).toBe(
    'C.UTF-8',
  )
  await expect(ask(`postgres://postgres:guess@127.0.0.1:${port}/postgres`, 'select 1')).rejects.toThrow(
    /password/,
  )
})

test('it keeps what it was told', async () => {
  const first = await start()
  await ask(first.adminUrl, "create table kept as select 'here' as word")
  await first.stop()
  const second = await start()
  expect(second.healed).toEqual([])
  expect(await ask(second.adminUrl, 'select word from kept')).toBe('here')
})

test('a cluster that was cut off in the making is made anew', async () => {
  mkdirSync(join(folder, 'postgres.making/data'), { recursive: true })
  writeFileSync(join(folder, 'postgres.making/data/PG_VERSION'), '17\n')
  const { adminUrl, healed } = await start()
  expect(healed).toEqual([expect.stringContaining('made anew')])
  expect(await ask(adminUrl, 'select 1')).toBe(1)
})

test('what was cut off may write for a moment yet', async () => {
  const data = join(folder, 'postgres.making/data')
  mkdirSync(data, { recursive: true })
  // As a backend does whose initdb was killed: where it stands, until it notices.
  const writer = spawn('sh', ['-c', 'n=0; while :; do n=$((n+1)); : > "$n"; done'], {
    cwd: data,
    stdio: 'ignore',
  })
  onTestFinished(() => void writer.kill('SIGKILL'))
  while (!existsSync(join(data, '1'))) await sleep(5)
  setTimeout(() => writer.kill('SIGKILL'), 500)
  const { adminUrl } = await start()
  expect(await ask(adminUrl, 'select 1')).toBe(1)
})

test('the pid file of a crash, whose number somebody else has by now, is no hindrance', async () => {
  await start().then((first) => first.stop())
  const somebody = spawn('sleep', ['60'])
  onTestFinished(() => void somebody.kill())
  const others = `${somebody.pid}\n${folder}\n1\n1\n\n127.0.0.1\n0 0\nready\n`
  writeFileSync(join(folder, 'postgres/data/postmaster.pid'), others)
  const { adminUrl, healed } = await start()
  expect(healed).toEqual([expect.stringContaining('recovers')])
  expect(await ask(adminUrl, 'select 1')).toBe(1)
  expect(somebody.exitCode ?? somebody.signalCode).toBeNull()
})

test('a server that was left behind is stopped first', async () => {
  const left = await start()
  const next = await start()
  expect(next.healed).toEqual([expect.stringContaining(`pid ${left.pid}`)])
  expect(await ask(next.adminUrl, 'select 1')).toBe(1)
  await left.exited
})

test('a cluster of another major version is not touched', async () => {
  await start().then((first) => first.stop())
  writeFileSync(join(folder, 'postgres/data/PG_VERSION'), '16\n')
  await expect(start()).rejects.toThrow(/PostgreSQL 16, this is 17[^]*Next: /)
})

test('who cannot start says what Postgres said', async () => {
  await start().then((first) => first.stop())
  rmSync(join(folder, 'postgres/data/global/pg_control'))
  await expect(start()).rejects.toThrow(/pg_control[^]*Next: `npm run reset`/)
})

test('SIGKILL to whoever started it ends it too', async () => {
  const code = `const { startPostgres } = await import(${JSON.stringify(join(import.meta.dirname, 'postgres.ts'))})
    const { pid } = await startPostgres({ dir: ${JSON.stringify(join(folder, 'postgres'))}, durable: false })
    console.log(pid); setInterval(() => {}, 1000)`
  const owner = spawn(process.execPath, ['--input-type=module', '-e', code], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [said] = (await once(owner.stdout, 'data')) as [Buffer]
  const pid = Number(said.toString())
  expect(lives(pid)).toBe(true)
  owner.kill('SIGKILL')
  for (let waited = 0; waited < 5000 && isServing(); waited += 50) await sleep(50)
  expect(isServing()).toBe(false)
  expect(readFileSync(join(folder, 'postgres/postgres.log'), 'utf8')).toContain(
    'received fast shutdown request',
  )

  function isServing(): boolean {
    try {
      return readFileSync(join(folder, 'postgres/data/postmaster.pid'), 'utf8').startsWith(String(pid))
    } catch {
      return false
    }
  }
})
