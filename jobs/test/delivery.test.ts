import PostalMime from 'postal-mime'
import { afterAll, beforeEach, expect, test } from 'vitest'
import { openMailServer } from './mail-server.ts'
import { CANARY, eventually, openTestWorker } from './support.ts'

const server = await openMailServer()
const worker = await openTestWorker(server.settings())
const { town, deps } = worker
await worker.start()
afterAll(async () => {
  await worker.close()
  await server.close()
})

beforeEach(async () => {
  await eventually(async () => deps.gate.isOpen())
  server.state.answer = undefined
  await deps.db.deleteFrom('emailOutbox').execute()
  server.arrived.length = 0
})

const rows = () => deps.db.selectFrom('emailOutbox').selectAll().orderBy('createdAt').execute()
const row = async () => (await rows())[0]
const becomes = (status: string, seconds?: number) =>
  eventually(async () => {
    const one = await row()
    return one?.status === status && one
  }, seconds)

test('E3, E6: a letter is sent to the one address, marked, and its body is gone', async () => {
  await worker.post()
  const sent = await becomes('sent')
  expect(sent).toMatchObject({ body: null, lastError: null, providerMessageId: 'TEST0001' })
  expect(sent.sentAt).toBeInstanceOf(Date)

  const [mail] = server.arrived
  expect(mail).toMatchObject({
    from: 'hello@latchkey.example',
    to: ['ada@example.com'],
    messageId: `<${sent.id}@latchkey.example>`,
  })
  const read = await PostalMime.parse(mail?.raw ?? '')
  expect(read).toMatchObject({
    from: { name: 'Latchkey', address: 'hello@latchkey.example' },
    to: [{ address: 'ada@example.com' }],
    subject: 'Confirm your email address · Latchkey',
  })
  expect(read.text).toContain(CANARY)
  expect(read.html).toContain(CANARY)
  expect(read.headers).toContainEqual(
    expect.objectContaining({ key: 'auto-submitted', value: 'auto-generated' }),
  )
})

test.each(['RCPT', 'DATA'] as const)(
  'E3: a 5xx at %s is a bounce: remembered, and not tried again',
  async (at) => {
    server.state.answer = { at, code: 550 }
    await worker.post()
    expect(await becomes('bounced')).toMatchObject({ body: null, lastError: expect.stringContaining('550') })
    const events = await town.ownerDb
      .selectFrom('auditEvents')
      .select(['action', 'metadata', 'requestId'])
      .where('action', '=', 'mail.bounced')
      .execute()
    expect(events.at(-1)).toEqual({
      action: 'mail.bounced',
      metadata: { letter: 'verify-email' },
      requestId: 'request-0001',
    })
  },
)

test.each([
  { at: 'MAIL', code: 451 },
  { at: 'MAIL', code: 550 },
  { at: 'RCPT', code: 450 },
  { at: 'DATA', code: 451 },
  { at: 'RCPT', code: 421 },
] as const)('R10: a $code at $at is tried again after a minute or more', async (answer) => {
  server.state.answer = answer
  await worker.post()
  const refused = await eventually(async () => {
    const one = await row()
    return one?.attempts === 1 && one
  })
  expect(refused).toMatchObject({ status: 'queued', lastError: expect.stringContaining(String(answer.code)) })
  expect(refused.body).not.toBeNull()
})
