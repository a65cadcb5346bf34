import { sql } from 'kysely'
import { afterAll, expect, test } from 'vitest'
import { makeBoss } from '../src/boss.ts'
import { openDb } from '../src/open.ts'
import { enqueueMail } from '../src/outbox.ts'
import { openSecretBox } from '../src/secret-box.ts'
import { openTestDb } from '../src/test-db.ts'
import { countMailJobs, requeueLost } from '../src/undelivered.ts'
import { asTyped } from './as-typed.ts'

const town = await openTestDb()
const jobs = openDb(town.env, { url: town.env.JOBS_DATABASE_URL, as: 'test' })
const boss = makeBoss(town.env, { role: 'sends', url: town.env.DATABASE_URL, onError: () => {} })
await boss.start()
afterAll(async () => {
  await boss.stop({ graceful: false })
  await Promise.all([town.close(), jobs.destroy()])
})

const mail = (...words: string[]) => asTyped(town.env, 'mail.ts', words)

const mailroom = { box: openSecretBox(town.env), boss, requestId: 'request-0001' }
const post = () =>
  town.db.transaction().execute((trx) =>
    enqueueMail(trx, mailroom, {
      letter: 'reset-password',
      params: { name: 'Ada', token: 'canary-token', code: 'ABC234' },
      to: 'ada@example.com',
      userId: null,
    }),
  )

test('E11: an operator sees how many letters wait and for how long, and no address', async () => {
  expect((await mail('status')).out).toMatch(/^no letters\nin the queue: 0 due/)
  await post()
  await post()
  expect(await mail('status')).toEqual({
    code: 0,
    out: [
      'queued         2   the oldest is 0 min old',
      'in the queue: 2 due, 0 put off after a refusal, 0 given up (dead letters)',
    ].join('\n'),
    err: '',
  })
})

test('R10: what was given up is tried again, and a second time nothing is', async () => {
  await sql`update pgboss.job set retry_limit = 0`.execute(town.ownerDb)
  const [job] = await boss.fetch<{ outboxId: string }>('email.send')
  if (!job) throw new Error('nothing in the queue')
  const { outboxId } = job.data
  await boss.fail('email.send', job)
  await jobs
    .updateTable('emailOutbox')
    .set({ status: 'failed', attempts: 24 })
    .where('id', '=', outboxId)
    .execute()
  expect((await mail('status')).out).toMatch(/1 given up \(dead letters\)\nNext: .*npm run mail -- redrive$/)

  expect(await mail('redrive')).toEqual({ code: 0, out: 'letters that are tried again: 1', err: '' })
  const row = await jobs
    .selectFrom('emailOutbox')
    .select(['status', 'attempts'])
    .where('id', '=', outboxId)
    .executeTakeFirst()
  expect(row).toEqual({ status: 'queued', attempts: 0 })
  expect((await countMailJobs(jobs)).due).toBe(2)
  expect((await mail('redrive')).out).toBe('letters that are tried again: 0')
  expect((await countMailJobs(jobs)).due).toBe(2)
})

test('two who look for lost letters at once find each one once', async () => {
  await boss.deleteQueuedJobs('email.send')
  const lost = { olderThan: 0, most: 100 }
  const find = () => jobs.transaction().execute((trx) => requeueLost(trx, boss, lost))
  const found = await jobs.transaction().execute(async (trx) => {
    const ours = await requeueLost(trx, boss, lost)
    return { ours, theirsMeanwhile: await find() }
  })
  expect(found).toEqual({ ours: 2, theirsMeanwhile: 0 })
  expect((await countMailJobs(jobs)).due).toBe(2)
  expect(await find()).toBe(0)
})

test.each([[], ['send'], ['status', 'now']])(
  'mail %j is not understood, and it says what is',
  async (...words) => {
    const { code, err } = await mail(...words.flat())
    expect([code, err]).toEqual([2, expect.stringContaining('npm run mail -- redrive')])
  },
)
