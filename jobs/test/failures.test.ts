import { sql } from 'kysely'
import { afterAll, expect, test } from 'vitest'
import { eventually, openTestWorker } from './support.ts'

const worker = await openTestWorker()
afterAll(() => worker.close())
const { town } = worker

test('L2: what the queue keeps of a failure names the rule that was broken, and quotes no row', async () => {
  // Behind its wall Postgres quotes no row by itself.
  await sql`alter table email_outbox disable row level security`.execute(town.ownerDb)
  await sql`alter table email_outbox add constraint nothing_kept check (status = 'queued')`.execute(
    town.ownerDb,
  )
  await worker.start()
  await worker.post()
  const output = await eventually(async () => {
    const { rows } = await sql<{ output: string | null }>`
      select output::text from pgboss.job where name = 'email.send'`.execute(town.ownerDb)
    return rows[0]?.output ?? undefined
  })
  expect(JSON.parse(output)).toMatchObject({
    code: '23514',
    constraint: 'nothing_kept',
    table: 'email_outbox',
  })
  expect(output).not.toMatch(/ada@example\.com|Failing row/)
})
