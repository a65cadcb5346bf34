import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeEach, expect, test } from 'vitest'
import { countMailJobs } from '@latchkey/db/undelivered'
import { openMailServer, openSilentServer } from './mail-server.ts'
import { eventually, openTestWorker } from './support.ts'
import { startWorkerProcess } from './worker-process.ts'

const server = await openMailServer()
const town = await openTestWorker(server.settings())
const { env } = town.town
const workers: ReturnType<typeof startWorkerProcess>[] = []
function start() {
  const worker = startWorkerProcess(env)
  workers.push(worker)
  return worker
}
afterAll(async () => {
  // Whatever a test that failed has left.
  await Promise.all(workers.map((worker) => worker.end('SIGKILL')))
  await town.close()
  await server.close()
})
beforeEach(() => {
  server.arrived.length = 0
  server.state.pauseMs = 0
})

const BATCH = 250
/** Such as nobody waits for. */
const postOrdinary = (to: string) =>
  town.postOne({ letter: 'account-restored', params: { name: null }, to, userId: null })

async function postMany(letters: number) {
  for (let nth = 0; nth < letters; nth += BATCH)
    await Promise.all(
      Array.from({ length: Math.min(BATCH, letters - nth) }, (_, one) =>
        postOrdinary(`ada-${nth + one}@example.com`),
      ),
    )
}
const waiting = async () => {
  const { due, putOff } = await countMailJobs(town.deps.db)
  return due + putOff
}
const copiesFor = (address: string) => server.arrived.filter(({ to }) => to.includes(address)).length
const say = (line: string) => void process.stdout.write(`${line}\n`)

const LETTERS = 5000
const KILLS = 20
const CONCURRENCY = 4

test('R2, R11: a worker that is killed 20 times loses nothing, and repeats only what was under way', async () => {
  await postMany(LETTERS)
  // Slow enough that there is something left to be killed at.
  server.state.pauseMs = 45
  let worker = start()
  for (let kill = 0; kill < KILLS; kill += 1) {
    await sleep(3000)
    expect(await waiting(), `at kill ${kill + 1}`).toBeGreaterThan(0)
    await worker.end('SIGKILL')
    worker = start()
  }
  server.state.pauseMs = 0
  const before = server.ids().size
  const from = Date.now()
  await eventually(async () => server.ids().size >= LETTERS - KILLS * CONCURRENCY, 120)
  const rate = ((server.ids().size - before) * 1000) / (Date.now() - from)
  await eventually(async () => (await waiting()) === 0, 120)
  await worker.end('SIGTERM')

  const duplicates = server.arrived.length - server.ids().size
  say(
    `killed ${KILLS} times: ${server.ids().size} of ${LETTERS} arrived, ${duplicates} of them twice; after the last kill ${rate.toFixed(0)} a second`,
  )
  expect(server.ids().size).toBe(LETTERS)
  expect(duplicates).toBeLessThanOrEqual(KILLS * CONCURRENCY)
  expect((await countMailJobs(town.deps.db)).dead).toBe(0)
  const states = await town.deps.db.selectFrom('emailOutbox').select('status').distinct().execute()
  expect(states).toEqual([{ status: 'sent' }])
})

test('R2: the letter that a dead worker held is sent by the next one within 75 s', async () => {
  server.state.pauseMs = 60_000
  const killed = start()
  await town.post('held@example.com')
  await eventually(async () => copiesFor('held@example.com') === 1, 20)
  await killed.end('SIGKILL')
  const from = Date.now()
  server.state.pauseMs = 0
  const next = start()
  await eventually(async () => copiesFor('held@example.com') === 2, 75)
  await next.end('SIGTERM')
  say(`held by a dead worker, sent again after ${((Date.now() - from) / 1000).toFixed(0)} s`)
  expect(server.ids().size).toBe(1)
})

test('R10: behind 2,000 others, a reset leaves within 30 s of the return of a mail server that hung', async () => {
  await server.close()
  const silent = await openSilentServer(server.port())
  const worker = start()
  await eventually(async () => worker.said('the mail server is away'), 30)
  await postMany(2000)
  await town.postOne({
    letter: 'reset-password',
    params: { name: null, token: 'a', code: 'ABC234' },
    to: 'reset@example.com',
    userId: null,
  })
  await sleep(20_000)
  const tries = await town.deps.db
    .selectFrom('emailOutbox')
    .select('attempts')
    .where('attempts', '>', 0)
    .execute()
  expect(tries).toEqual([])

  await silent.close()
  await server.open()
  const from = Date.now()
  await eventually(async () => copiesFor('reset@example.com') === 1, 30)
  const took = Date.now() - from
  await eventually(async () => server.ids().size === 2001, 60)
  await worker.end('SIGTERM')
  say(`the mail server was back: the reset left after ${(took / 1000).toFixed(1)} s`)
  expect(server.arrived).toHaveLength(2001)
})
