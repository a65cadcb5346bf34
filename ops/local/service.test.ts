import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { openServiceLog } from './service-log.ts'
import { type Service, startService } from './service.ts'
import { sleep } from './sleep.ts'

let folder: string
const services: Service[] = []
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'latchkey-service-'))
  vi.spyOn(process.stdout, 'write').mockReturnValue(true)
})
afterEach(async () => {
  for (const service of services.splice(0)) await service[Symbol.asyncDispose]()
  vi.restoreAllMocks()
  rmSync(folder, { recursive: true })
})

async function serve(code: string, revive = true): Promise<Service> {
  const file = join(folder, 'program.ts')
  writeFileSync(file, code)
  const log = await openServiceLog(folder, 'sample')
  const service = startService({
    name: 'sample',
    program: { args: [file], env: process.env, hearsUs: true },
    log,
    revive,
  })
  services.push(service)
  return service
}
const logged = () => readFileSync(join(folder, 'logs/sample.log'), 'utf8').split('\n').filter(Boolean)
const said = () =>
  vi
    .mocked(process.stdout.write)
    .mock.calls.map(([text]) => String(text))
    .join('')
async function eventually(look: () => boolean): Promise<void> {
  for (let waited = 0; waited < 8000 && !look(); waited += 20) await sleep(20)
  expect(look()).toBe(true)
}
const STAYS = 'console.log(process.pid); setInterval(() => {}, 1000);'

test('one that dies is started again, after a pause that doubles', async () => {
  const service = await serve('console.log(Date.now()); process.exit(3)')
  await eventually(() => logged().length === 3)
  const [first = 0, second = 0, third = 0] = logged().map(Number)
  expect(second - first).toBeGreaterThan(490)
  expect(third - second).toBeGreaterThan(990)
  expect(said()).toMatch(/The sample process ended \(code 3\); starting it again in 0\.5 s[^]*in 1 s/)
  expect(service.deaths()).toBeGreaterThan(1)
})

test('stopped, it is asked to end and stays ended', async () => {
  const service = await serve(
    `process.on('SIGTERM', () => { console.log('drained'); process.exit(0) }); ${STAYS}`,
  )
  await eventually(() => logged().length === 1)
  await service[Symbol.asyncDispose]()
  await eventually(() => logged().includes('drained'))
  expect(said()).not.toContain('again')
})

test('one that will not end is made to, in time for the launcher', async () => {
  const service = await serve(`process.on('SIGTERM', () => {}); ${STAYS}`)
  await eventually(() => logged().length === 1)
  const askedAt = Date.now()
  await service[Symbol.asyncDispose]()
  expect(Date.now() - askedAt).toBeLessThan(3500)
})

test('a change in its code restarts it at once, also when it lay dead', async () => {
  const service = await serve(STAYS, false)
  await eventually(() => logged().length === 1)
  service.restart()
  service.restart()
  await eventually(() => logged().length === 2)
  process.kill(Number(logged()[1]), 'SIGKILL')
  await eventually(() => said().includes('starts again at the next change'))
  service.restart()
  await eventually(() => logged().length === 3)
})

test('the log of the time before is kept', async () => {
  const first = await serve('console.log("one"); setInterval(() => {}, 1000)')
  await eventually(() => logged().includes('one'))
  await first[Symbol.asyncDispose]()
  await serve('console.log("two"); setInterval(() => {}, 1000)')
  await eventually(() => logged().includes('two'))
  expect(readFileSync(join(folder, 'logs/sample.previous.log'), 'utf8')).toBe('one\n')
})
