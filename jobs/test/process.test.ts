import { get } from 'node:http'
import { json } from 'node:stream/consumers'
import { createServer } from 'node:net'
import { once } from 'node:events'
import { afterAll, expect, test } from 'vitest'
import { takePulse } from '@latchkey/db/pulse'
import { openMailServer } from './mail-server.ts'
import { eventually, openTestWorker } from './support.ts'
import { startWorkerProcess } from './worker-process.ts'

const server = await openMailServer()
const town = await openTestWorker(server.settings())
const port = await freePort()
const worker = startWorkerProcess(town.town.env, { JOBS_HEALTH_PORT: String(port) })
afterAll(async () => {
  await worker.end('SIGKILL')
  await town.close()
  await server.close()
})

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const address = probe.address()
  probe.close()
  return typeof address === 'object' && address ? address.port : 0
}

const health = () =>
  new Promise<{ status: number; body: unknown } | undefined>((resolve) => {
    get({ host: '127.0.0.1', port, path: '/health' }, (answer) => {
      void json(answer).then((body) => resolve({ status: answer.statusCode ?? 0, body }))
    }).on('error', () => resolve(undefined))
  })

test('E7: the worker says whether it is well, and that its mail server is away', async () => {
  await eventually(async () => (await health())?.status === 200)
  expect(await health()).toEqual({ status: 200, body: { ok: true, db_ok: true, mail_ok: true } })
  await server.close()
  await town.post()
  await eventually(async () => JSON.stringify((await health())?.body).includes('"mail_ok":false'))
  expect(await health()).toMatchObject({ status: 200, body: { ok: true } })
  await server.open()
  await eventually(async () => server.arrived.length === 1)
})

test('R21: the worker is seen from outside, by the queues that it looks after', async () => {
  const seconds = await eventually(async () => (await takePulse(town.town.db)).workerSilentSeconds, 40)
  expect(seconds).toBeLessThan(10)
}, 45_000)

test('E7: told to stop, it finishes the letter under way, and takes no other', async () => {
  server.arrived.length = 0
  server.state.pauseMs = 1000
  await Promise.all(Array.from({ length: 10 }, () => town.post()))
  await eventually(async () => server.arrived.length === 4)
  expect(await worker.end('SIGTERM')).toBe(0)
  const rows = await town.deps.db
    .selectFrom('emailOutbox')
    .select(['id', 'status'])
    .where('status', '=', 'queued')
    .execute()
  expect(server.arrived).toHaveLength(4)
  expect(rows).toHaveLength(6)
})
