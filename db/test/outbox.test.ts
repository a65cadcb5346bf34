import { afterAll, expect, test } from 'vitest'
import { sql } from 'kysely'
import { makeBoss } from '../src/boss.ts'
import { enqueueMail, keepWritten, listKeptMail, openLetter } from '../src/outbox.ts'
import { openDb } from '../src/open.ts'
import { openSecretBox, SealBroken } from '../src/secret-box.ts'
import { openTestDb } from '../src/test-db.ts'

const town = await openTestDb()
const jobs = openDb(town.env, { url: town.env.JOBS_DATABASE_URL, as: 'test' })
const box = openSecretBox(town.env)
const boss = makeBoss(town.env, { role: 'sends', url: town.env.DATABASE_URL, onError: () => {} })
afterAll(async () => {
  await boss.stop({ graceful: false })
  await Promise.all([town.close(), jobs.destroy()])
})

const mailroom = { box, boss, requestId: 'request-0001' }
const letter = {
  letter: 'verify-email',
  params: { name: 'Ada', token: 'the-secret-token', code: 'ABC234' },
  to: 'ada@example.com',
  userId: null,
} as const

const jobRows = async () =>
  (await sql<{ data: unknown }>`select data from pgboss.job where name = 'email.send'`.execute(town.db)).rows

test('E2: an act that fails leaves neither the row nor the job', async () => {
  const act = town.db.transaction().execute(async (trx) => {
    await enqueueMail(trx, mailroom, letter)
    throw new Error('act failed')
  })
  await expect(act).rejects.toThrow('act failed')
  expect(await town.db.selectFrom('emailOutbox').selectAll().execute()).toEqual([])
  expect(await jobRows()).toEqual([])
})

test('E2, E6: the row is sealed and the job carries only ids', async () => {
  await town.db.transaction().execute((trx) => enqueueMail(trx, mailroom, letter))
  const row = await town.db.selectFrom('emailOutbox').selectAll().executeTakeFirstOrThrow()
  expect(await jobRows()).toEqual([{ data: { outboxId: row.id, requestId: 'request-0001' } }])
  expect(row.status).toBe('queued')
  expect(JSON.stringify(row)).not.toMatch(/the-secret-token|ABC234/)
  expect(openLetter(box, row)).toEqual(letter.params)
})

test('E4: a written letter is kept once, sealed, and can be listed', async () => {
  const { id } = await town.db.selectFrom('emailOutbox').select('id').executeTakeFirstOrThrow()
  const written = { subject: 'Hello', text: 'the-secret-token', html: '<p>the-secret-token</p>' }
  await keepWritten(jobs, box, { id, written })
  await keepWritten(jobs, box, { id, written: { ...written, subject: 'Again' } })
  expect(await listKeptMail(town.db, box, 10)).toMatchObject([
    { id, to: 'ada@example.com', ...written, sentAt: null },
  ])
  const row = await town.db.selectFrom('emailOutbox').select('body').executeTakeFirstOrThrow()
  expect(row.body).not.toContain('the-secret-token')
})

test('E4: what was not written yet is in no list, and opens in no other row', async () => {
  await town.db
    .transaction()
    .execute((trx) => enqueueMail(trx, mailroom, { ...letter, to: 'eve@example.com' }))
  const row = await town.db
    .selectFrom('emailOutbox')
    .selectAll()
    .where('toAddress', '=', 'eve@example.com')
    .executeTakeFirstOrThrow()
  expect((await listKeptMail(town.db, box, 10)).map(({ to }) => to)).toEqual(['ada@example.com'])
  const { id } = await town.db
    .selectFrom('emailOutbox')
    .select('id')
    .where('toAddress', '=', 'ada@example.com')
    .executeTakeFirstOrThrow()
  expect(() => openLetter(box, { ...row, id })).toThrow(SealBroken)
})
