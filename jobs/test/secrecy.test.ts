import { sql } from 'kysely'
import { afterAll, expect, test } from 'vitest'
import { openLog } from '@latchkey/db/log'
import type { LetterName, LetterParams } from '@latchkey/shared/letters'
import { openMailServer } from './mail-server.ts'
import { eventually, openTestWorker } from './support.ts'

const server = await openMailServer()
const worker = await openTestWorker(server.settings())
const { town, deps } = worker
const lines: string[] = []
deps.log = openLog(
  { ...town.env, LOG_LEVEL: 'debug' },
  { service: 'jobs', to: { write: (line: string) => void lines.push(line) } },
)
afterAll(async () => {
  await worker.close()
  await server.close()
})

const TOKEN = 'Canary-token-0000000000000000000000000-0001'
const CODE = 'CNR234'
const ADDRESS = 'canary-ada@example.com'
const name = 'Canary Ada'
/** A line here for each kind: one that is missing does not compile. */
const PARAMS: { [N in LetterName]: LetterParams<N> } = {
  'verify-email': { name, token: TOKEN, code: CODE },
  'reset-password': { name, token: TOKEN, code: CODE },
  'change-email': { name, token: TOKEN, code: CODE },
  'email-changing': { name, newEmail: 'canary-new@example.com', token: TOKEN },
  'new-device': { name, client: 'Firefox', ipMasked: null, at: '2026-11-21T09:00:00.000Z', token: TOKEN },
  'session-ended': { name, client: 'Firefox' },
  'account-locked': { name, token: TOKEN },
  'password-changed': { name, by: 'reset', token: TOKEN },
  'account-suspended': { name },
  'account-restored': { name },
  'account-exists': { name },
}
const names = Object.keys(PARAMS) as LetterName[]

const postOne = <N extends LetterName>(letter: N) =>
  worker.postOne({ letter, params: PARAMS[letter], to: ADDRESS, userId: null })

test('K3, E6, E12: after every kind of letter was sent no table and no job can be read for a token, a code or a body', async () => {
  for (const letter of names) await postOne(letter)
  // One each that bounces, is put off, and is sent.
  await worker.start()
  await eventually(async () => server.arrived.length === names.length)
  expect(server.arrived.filter(({ raw }) => raw.includes(CODE))).toHaveLength(3)
  server.state.answer = { at: 'DATA', code: 451 }
  await postOne('verify-email')
  await eventually(async () => lines.some((line) => line.includes('451')))
  server.state.answer = { at: 'DATA', code: 554 }
  await postOne('reset-password')
  await eventually(async () => lines.some((line) => line.includes('will not have it')))
  await eventually(async () => (await statuses()).join() === 'bounced,queued,sent')

  const told = await everyRow()
  expect(told.length).toBeGreaterThan(names.length * 2)
  for (const row of told) expect(row).not.toMatch(/Canary-token|CNR234|Canary Ada|canary-new|<html|Hello/)

  const bodies = await deps.db
    .selectFrom('emailOutbox')
    .select('body')
    .where('status', 'in', ['sent', 'bounced'])
    .execute()
  expect(new Set(bodies.map(({ body }) => body))).toEqual(new Set([null]))
})

test('E6, S3: every line that a job logs says which job and which request, and nothing of the letter', () => {
  const jobs = lines.map((line) => JSON.parse(line) as Record<string, unknown>).filter(({ job }) => job)
  expect(jobs.length).toBeGreaterThan(names.length)
  for (const line of jobs)
    expect([line['job'], line['job_id'], line['request_id']]).toEqual([
      'email.send',
      expect.stringMatching(/^[0-9a-f-]{36}$/),
      'request-0001',
    ])
  expect(lines.join('')).not.toMatch(/Canary|CNR234|canary-/)
})

const statuses = async () =>
  (await deps.db.selectFrom('emailOutbox').select('status').distinct().orderBy('status').execute()).map(
    ({ status }) => status,
  )

/** Of every table there is, the queue's included, as text. */
async function everyRow(): Promise<string[]> {
  const { rows: tables } = await sql<{ schema: string; name: string }>`
    select schemaname as schema, tablename as name from pg_tables
    where schemaname in ('public', 'pgboss')`.execute(town.ownerDb)
  expect(tables.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['email_outbox', 'audit_events', 'job']),
  )
  const all = await Promise.all(
    tables.map(({ schema, name }) =>
      sql<{ row: string }>`select t::text as row from ${sql.table(`${schema}.${name}`)} t`.execute(
        town.ownerDb,
      ),
    ),
  )
  return all.flatMap(({ rows }) => rows.map(({ row }) => row))
}
