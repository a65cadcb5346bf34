import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { freePort } from '../../local/postgres/free-port.ts'
import { BLOCKS, type Report, reportSchema } from '../../report/schema.ts'
import { aLongPlace } from './run-folder.ts'

/** The whole of it, against the product as `npm start` runs it. */
const ROOT = join(import.meta.dirname, '../../..')
const place = aLongPlace()
let npm: ChildProcess
let url: string
let settings: NodeJS.ProcessEnv

beforeAll(async () => {
  const port = await freePort()
  url = `http://localhost:${port}`
  const own = {
    SERVER_PORT: String(port),
    DATA_DIR: join(place, 'data'),
    ENV: 'local',
    DATABASE_URL: '',
    PUBLIC_URL: '',
  }
  settings = { ...process.env, ...own }
  for (const name of ['VITEST', 'NODE_ENV', 'TEST']) delete settings[name]
  npm = spawn('npm', ['start'], { cwd: ROOT, env: settings, detached: true })
  const said = Promise.all([npm.stdout && text(npm.stdout), npm.stderr && text(npm.stderr)])
  for (let attempt = 0; attempt < 3000; attempt += 1) {
    if (npm.exitCode !== null) throw new Error((await said).join('\n'))
    const up = await fetch(`${url}/api/health`).then(
      ({ ok }) => ok,
      () => false,
    )
    if (up) return
    await sleep(50)
  }
  throw new Error('the product did not start')
}, 200_000)

afterAll(async () => {
  process.kill(-(npm.pid ?? 0), 'SIGINT')
  if (npm.exitCode === null) await once(npm, 'exit')
})

async function verify(...words: string[]): Promise<{ code: number; report: Report; folder: string }> {
  const out = join(place, 'runs')
  const flags = ['--url', url, '--out', out, '--json', ...words]
  const child = spawn(process.execPath, ['ops/verify.ts', ...flags], { cwd: ROOT, env: settings })
  const [told, complaints, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'exit') as Promise<[number]>,
  ])
  expect(complaints).toBe('')
  const report = reportSchema.parse(JSON.parse(told))
  return { code, report, folder: out }
}

test('R29, beyond 2: against a running npm start all holds, but for what only an edge can show', async () => {
  const { code, report } = await verify('--limits')
  expect(report.failures).toEqual([])
  expect([code, report.success]).toEqual([0, true])
  expect(report.notChecked.map(({ name }) => name)).toEqual([
    'adminHostPathGuard',
    'openPorts',
    'portsAndRoutes',
    'tlsAcmeGuard',
    'mail',
  ])
  expect(report.jobs.because).toMatch(/^A ping came back/)
  expect(BLOCKS.filter((name) => report[name].requestIds.length > 0).length).toBeGreaterThan(12)
  expect(report.commit).toMatch(/^[0-9a-f]{40}$/)

  const inbox = (await (await fetch(`${url}/dev/inbox.json`)).json()) as { to: string }[]
  expect(inbox.map(({ to }) => to).filter((to) => !to.endsWith('@synthetic.invalid'))).toEqual([])
})

test('the requests of the report stand in the log of the server, by their ids', async () => {
  const { report } = await verify('--read-only')
  expect(report.signupToDashboardTimings.verdict).toBe('not-checked')
  const log = readFileSync(join(place, 'data/logs/server.log'), 'utf8')
  const ids = report.guardedEndpointsCheck.requestIds
  expect(ids.length).toBeGreaterThan(15)
  expect(ids.filter((id) => !log.includes(id))).toEqual([])
})

test('O4: no secret of the run stands in any of its files, which are nobody else’s to read', async () => {
  const { folder } = await verify('--read-only', '--timestamped')
  const secrets = Object.values(
    JSON.parse(readFileSync(join(place, 'data/secrets.json'), 'utf8')) as Record<string, string>,
  )
  const { readdirSync } = await import('node:fs')
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  )
  expect(files.length).toBeGreaterThan(40)
  for (const { parentPath, name } of files) {
    const path = join(parentPath, name)
    expect([path, (statSync(path).mode & 0o777).toString(8)]).toEqual([path, '600'])
    const told = readFileSync(path, 'utf8')
    for (const secret of secrets) expect(told.includes(secret), path).toBe(false)
  }
})
