import { afterAll, expect, test } from 'vitest'
import { sql } from 'kysely'
import { listKeptMail } from '@latchkey/db/outbox'
import { BRAND } from '@latchkey/shared/brand'
import { JOB_NAMES } from '@latchkey/shared/jobs'
import { RUNS } from '../src/jobs.ts'
import { settleMail } from '../src/mail/mail.queries.ts'
import { sendOutbox } from '../src/mail/send-outbox.ts'
import { CANARY, eventually, openTestWorker } from './support.ts'

const worker = await openTestWorker()
afterAll(() => worker.close())
const { town, deps, mailroom } = worker
const kept = () => listKeptMail(town.db, mailroom.box, 10)

test('every job name has somebody who does it', () => {
  expect(Object.keys(RUNS).sort()).toEqual([...JOB_NAMES].sort())
})

test('E4: without a mail server the worker writes the letter and keeps it, sealed', async () => {
  await worker.post()
  await worker.start()
  const [mail] = await eventually(async () => ((await kept()).length > 0 ? kept() : undefined))
  expect(mail).toMatchObject({
    to: 'ada@example.com',
    subject: `Confirm your email address · ${BRAND.name}`,
    sentAt: null,
  })
  expect(mail?.text).toContain(`${town.env.PUBLIC_URL}/verify-email#token=${CANARY}`)
  expect(mail?.text).toContain('ABC234')
  expect(mail?.html).toContain(CANARY)
})

test('E12: no table and no job holds the token or the code in readable form', async () => {
  for (const table of ['email_outbox', 'audit_events', 'one_time_tokens', 'pgboss.job']) {
    const { rows } = await sql<{ row: string }>`select t::text as row from ${sql.table(table)} t`.execute(
      town.ownerDb,
    )
    for (const { row } of rows) expect(row).not.toMatch(new RegExp(`${CANARY}|ABC234`))
  }
})

test('a job done twice does it once', async () => {
  const [mail] = await kept()
  await sendOutbox({ ...deps }, { outboxId: mail?.id ?? '' })
  expect(await kept()).toEqual([mail])
})

test('one that somebody else has dealt with meanwhile stays as they left it', async () => {
  const [mail] = await kept()
  const id = mail?.id ?? ''
  expect(await settleMail(deps.db, id, { status: 'failed', body: null })).toBe(false)
  expect(await kept()).toEqual([mail])
})

test('a mail that came after the worker is written within a second or two', async () => {
  await worker.post()
  await eventually(async () => (await kept()).length === 2)
})

test('a job whose row does not open is tried again, and says no more than that', async () => {
  await worker.post()
  const broken = await town.db
    .selectFrom('emailOutbox')
    .select('id')
    .orderBy('createdAt', 'desc')
    .executeTakeFirstOrThrow()
  await deps.db
    .updateTable('emailOutbox')
    .set({ status: 'queued', body: 'v1.AAAA' })
    .where('id', '=', broken.id)
    .execute()
  await expect(sendOutbox({ ...deps }, { outboxId: broken.id })).rejects.toThrow(
    'a sealed value does not open',
  )
})
