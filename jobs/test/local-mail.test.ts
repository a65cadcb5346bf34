import { afterAll, expect, test } from 'vitest'
import { listKeptMail } from '@latchkey/db/outbox'
import { openMailServer } from './mail-server.ts'
import { CANARY, eventually, openTestWorker } from './support.ts'

const server = await openMailServer()
const worker = await openTestWorker({ ...server.settings(), ENV: 'local', PASSWORD_PROFILE: 'strong' })
afterAll(async () => {
  await worker.close()
  await server.close()
})

test('E6: with ENV=local a letter that left can still be read in the inbox, and stays sealed in its row', async () => {
  await worker.post()
  await worker.start()
  const [mail] = await eventually(async () => {
    const kept = await listKeptMail(worker.town.db, worker.mailroom.box, 10)
    return kept.length > 0 && kept
  })
  expect(server.arrived).toHaveLength(1)
  expect(mail?.text).toContain(CANARY)
  expect(mail?.sentAt).toBeInstanceOf(Date)
  const row = await worker.deps.db.selectFrom('emailOutbox').select('body').executeTakeFirstOrThrow()
  expect(row.body).not.toContain(CANARY)
})
