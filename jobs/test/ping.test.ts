import { afterAll, expect, test } from 'vitest'
import { pingWorker, sendIn } from '@latchkey/db/boss'
import { dropConnections } from '@latchkey/db/test-db'
import { eventually, openTestWorker } from './support.ts'

const worker = await openTestWorker()
afterAll(() => worker.close())

test('E9: a ping goes through the queue to the worker, and its result can be asked for', async () => {
  await worker.start()
  const { boss } = worker.mailroom
  const id = await worker.town.db
    .transaction()
    .execute((trx) => sendIn(trx, boss, { name: 'jobs.ping', payload: { requestId: 'request-0001' } }))
  await eventually(async () => (await boss.getJobById('jobs.ping', id))?.state === 'completed')
})

test('E9: whoever pings waits for the answer, and not for ever', async () => {
  const { boss } = worker.mailroom
  expect(await pingWorker(boss, 'request-0003', 10_000)).toMatchObject({ state: 'completed' })
  const asleep = await openTestWorker()
  try {
    expect(await pingWorker(asleep.mailroom.boss, 'request-0004', 300)).toMatchObject({ state: 'created' })
  } finally {
    await asleep.close()
  }
})

test('a worker that lost every connection goes on working', async () => {
  expect(await dropConnections(worker.town.env)).toBeGreaterThan(0)
  const { boss } = worker.mailroom
  const id = await eventually(() =>
    worker.town.db
      .transaction()
      .execute((trx) => sendIn(trx, boss, { name: 'jobs.ping', payload: { requestId: 'request-0002' } }))
      .catch(() => undefined),
  )
  await eventually(async () => (await boss.getJobById('jobs.ping', id))?.state === 'completed')
})
