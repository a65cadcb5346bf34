import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import PostalMime from 'postal-mime'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { sealContext } from '@latchkey/db/outbox'
import { countMailJobs, redriveMail } from '@latchkey/db/undelivered'
import { insertPerson } from '@latchkey/db/users'
import { SYNTHETIC_DOMAIN } from '@latchkey/shared/synthetic'
import { RUNS } from '../src/jobs.ts'
import { sendOutbox } from '../src/mail/send-outbox.ts'
import { TRIES_MOST } from '../src/mail/put-off.ts'
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
  // Whatever the test before left under way is still to be put off.
  await eventually(async () => !(await isUnderWay()))
  server.state.answer = undefined
  await sql`delete from pgboss.job where state < 'active'`.execute(town.ownerDb)
  await deps.db.deleteFrom('emailOutbox').execute()
  server.arrived.length = 0
})

const isUnderWay = async () => {
  const active = sql`select from pgboss.job where name = 'email.send' and state = 'active'`
  return (await active.execute(town.ownerDb)).rows.length > 0
}
const rows = () => deps.db.selectFrom('emailOutbox').selectAll().orderBy('createdAt').execute()
const row = async () => (await rows())[0]
const becomes = (status: string, seconds?: number) =>
  eventually(async () => {
    const one = await row()
    return one?.status === status && one
  }, seconds)

test('beyond 2: a letter to somebody whom a check has made stays where the check reads it', async () => {
  const to = `verify-1@${SYNTHETIC_DOMAIN}`
  await worker.post(to)
  const kept = await becomes('kept')
  expect(kept.body).not.toBeNull()
  await worker.post(`ada@${SYNTHETIC_DOMAIN}.example.com`)
  await eventually(async () => server.arrived.length > 0)
  expect(server.arrived.map((mail) => mail.to)).toEqual([[`ada@${SYNTHETIC_DOMAIN}.example.com`]])
})

const PARAMS = { name: 'Ada', token: CANARY, code: 'ABC234' }
const bounces = async () =>
  (await town.ownerDb.selectFrom('auditEvents').select('id').where('action', '=', 'mail.bounced').execute())
    .length

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
    const bounced = await becomes('bounced')
    expect([bounced.body, bounced.lastError]).toEqual([null, expect.stringContaining('550')])
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

test('E3: a letter that two had in hand bounces once', async () => {
  await worker.post('twice@example.com')
  const { id } = await becomes('sent')
  await deps.db
    .updateTable('emailOutbox')
    .set({ status: 'queued', body: deps.box.seal(JSON.stringify(PARAMS), sealContext(id)) })
    .execute()
  server.state.answer = { at: 'RCPT', code: 550 }
  const before = await bounces()
  await Promise.all([sendOutbox(deps, { outboxId: id }), sendOutbox(deps, { outboxId: id })])
  expect(await bounces()).toBe(before + 1)
})

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
  expect([refused.status, refused.lastError]).toEqual([
    'queued',
    // Who goes away with a 421 may be gone before it is read.
    expect.stringMatching(answer.code === 421 ? /421|ECONNECTION/ : String(answer.code)),
  ])
  expect(refused.body).not.toBeNull()
  const due = await eventually(async () => {
    const { rows } = await sql<{ seconds: number }>`
      select extract(epoch from start_after - now())::float8 as seconds from pgboss.job
      where name = 'email.send' and state = 'retry' and start_after > now() + interval '5 seconds'`.execute(
      town.ownerDb,
    )
    return rows[0]
  })
  expect(due.seconds).toBeGreaterThan(58)
  expect(due.seconds).toBeLessThanOrEqual(90)
})

const audited = async (action: 'mail.dropped' | 'mail.failed') =>
  (
    await town.ownerDb
      .selectFrom('auditEvents')
      .select(['metadata', 'targetId', 'requestId'])
      .where('action', '=', action)
      .orderBy('createdAt', 'desc')
      .execute()
  )[0]

const inserted = await town.db
  .transaction()
  .execute((trx) => insertPerson(trx, { email: 'ada@example.com', passwordHash: 'x', displayName: null }))
const userId = inserted?.id ?? ''
let made = 0
const aToken = async (lives: string, consumedAt: Date | null = null) => {
  const { id } = await town.db
    .insertInto('oneTimeTokens')
    .values({
      userId,
      type: 'reset_password',
      tokenHash: Buffer.from(`token-${(made += 1)}`),
      expiresAt: sql<Date>`now() + ${lives}::interval`,
      consumedAt,
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  return id
}
const aReset = (tokenId: string) =>
  worker.postOne({
    letter: 'reset-password',
    params: { name: null, token: CANARY, code: 'ABC234' },
    to: 'ada@example.com',
    userId,
    tokenId,
  })

describe('R10: a link that opens nothing any more is not sent', () => {
  test.each([
    { what: 'it expired', token: () => aToken('-1 second'), because: 'expired' },
    { what: 'it was used', token: () => aToken('1 hour', new Date()), because: 'used' },
    { what: 'it is gone', token: () => Promise.resolve(randomUUID()), because: 'expired' },
  ])('because $what', async ({ token, because }) => {
    await aReset(await token())
    expect(await becomes('dropped')).toMatchObject({ body: null, sentAt: null })
    expect(await audited('mail.dropped')).toEqual({
      metadata: { letter: 'reset-password', because },
      targetId: userId,
      requestId: 'request-0001',
    })
    expect(server.arrived).toEqual([])
  })

  test('one that opens something is', async () => {
    await aReset(await aToken('1 minute'))
    await becomes('sent')
    expect(server.arrived).toHaveLength(1)
  })
})

describe('a letter that is refused again and again', () => {
  const lastTry = () =>
    deps.db
      .updateTable('emailOutbox')
      .set({ attempts: TRIES_MOST - 1 })
      .execute()
  const refusedOnce = () => eventually(async () => (await row())?.attempts === 1)
  const giveUp = async () => {
    await refusedOnce()
    await lastTry()
    return eventually(async () => {
      await worker.hurry()
      const one = await row()
      return one?.status === 'failed' && one
    })
  }

  test('E3: becomes a dead letter, and a redrive sends it', async () => {
    server.state.answer = { at: 'RCPT', code: 451 }
    await worker.post()
    const failed = await giveUp()
    expect(failed.body).not.toBeNull()
    expect(await audited('mail.failed')).toMatchObject({ metadata: { letter: 'verify-email' } })
    await eventually(async () => (await countMailJobs(deps.db)).dead === 1)

    server.state.answer = undefined
    expect(await redriveMail(deps.db, deps.boss)).toBe(1)
    expect(await becomes('sent')).toMatchObject({ id: failed.id, lastError: null })
    await eventually(async () => Object.values(await countMailJobs(deps.db)).every((jobs) => jobs === 0))
    expect(await redriveMail(deps.db, deps.boss)).toBe(0)
    expect(server.arrived).toHaveLength(1)
  })

  test('R10: so does one that does not open, and holds nobody up meanwhile', async () => {
    server.state.answer = { at: 'RCPT', code: 451, only: 'poisoned' }
    await worker.post('poisoned@example.com')
    await refusedOnce()
    await deps.db
      .updateTable('emailOutbox')
      .set({ body: 'v1.AAAA', attempts: TRIES_MOST - 1 })
      .execute()
    await worker.post('healthy@example.com')
    await eventually(async () => server.arrived.some(({ to }) => to.includes('healthy@example.com')))
    await eventually(async () => {
      await worker.hurry()
      return (await rows()).some(({ status }) => status === 'failed')
    })
    const poisoned = (await rows()).find(({ toAddress }) => toAddress.startsWith('poisoned'))
    expect(poisoned).toMatchObject({ status: 'failed', lastError: 'SealBroken' })
  })
})

test('E11: what would be two addresses to a mail server is sent to neither', async () => {
  const isHeld = async () => ((await row())?.attempts ?? 0) > 0
  for (const to of ['ada@example.com,eve@example.com', 'ada@example.com\r\nRCPT TO:<eve@example.com>']) {
    await deps.db.deleteFrom('emailOutbox').execute()
    await worker.post(to)
    await eventually(isHeld)
  }
  expect(server.arrived).toEqual([])
})

test('a letter that lost its job gets another one from the sweep, and old ones go', async () => {
  server.state.answer = { at: 'RCPT', code: 451 }
  await worker.post()
  await eventually(async () => (await row())?.attempts === 1)
  const sweep = () => RUNS['sweep.outbox'](deps, { requestId: 'request-0002' })
  await deps.db
    .updateTable('emailOutbox')
    .set({ createdAt: sql<Date>`now() - interval '2 hours'` })
    .execute()
  await sweep()
  await eventually(async () => (await countMailJobs(deps.db)).putOff === 1)

  await sql`delete from pgboss.job where name = 'email.send'`.execute(town.ownerDb)
  server.state.answer = undefined
  await sweep()
  await becomes('sent')

  const age = (interval: string) =>
    deps.db
      .updateTable('emailOutbox')
      .set({ createdAt: sql<Date>`now() - ${interval}::interval` })
      .execute()
  await age('29 days 23 hours')
  await sweep()
  expect(await rows()).toHaveLength(1)
  await age('30 days 1 minute')
  await deps.db.updateTable('emailOutbox').set({ status: 'queued' }).execute()
  await RUNS['sweep.outbox']({ ...deps, smtp: undefined }, { requestId: 'request-0002' })
  expect(await rows()).toHaveLength(1)
  await deps.db.updateTable('emailOutbox').set({ status: 'bounced' }).execute()
  await sweep()
  expect(await rows()).toEqual([])
})
