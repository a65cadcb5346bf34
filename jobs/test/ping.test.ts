import { afterAll, expect, test } from 'vitest'
import { sendIn } from '@latchkey/db/boss'
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
