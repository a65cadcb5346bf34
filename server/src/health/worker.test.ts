import { sql } from 'kysely'
import { afterAll, afterEach, expect, test } from 'vitest'
import { makeBoss } from '@latchkey/db/boss'
import { Browser } from '../test/browser.ts'
import { openTestHost } from '../test/host.ts'

const host = await openTestHost()
const { town } = host
afterAll(() => host.close())
afterEach(() => seenBefore(null))

const health = async () => {
  const { status, body } = await new Browser(host.url).get('/api/health')
  const { ok, db_ok, jobs_ok } = body as Record<string, unknown>
  return { status, ok, db_ok, jobs_ok }
}
const seenBefore = async (seconds: number | null) => {
  const at = sql`now() - ${seconds}::float8 * interval '1 second'`
  await sql`update pgboss.queue set monitor_claim_on = ${at}, monitor_on = ${at}, maintain_on = ${at}`.execute(
    town.ownerDb,
  )
}
const well = { status: 200, ok: true, db_ok: true }

test('R21: jobs_ok is not known before a worker was ever seen, and true while one looks after the queues', async () => {
  expect(await health()).toEqual({ ...well, jobs_ok: null })
  const boss = makeBoss(town.env, { role: 'works', url: town.env.JOBS_DATABASE_URL, onError: () => {} })
  await boss.start()
  try {
    await boss.supervise()
    expect(await health()).toEqual({ ...well, jobs_ok: true })
  } finally {
    await boss.stop({ graceful: false })
  }
})

test('R21: a worker that fell silent is told a minute later, and nobody is turned away for it', async () => {
  await seenBefore(50)
  expect(await health()).toEqual({ ...well, jobs_ok: true })
  await seenBefore(70)
  expect(await health()).toEqual({ ...well, jobs_ok: false })
})

test('R21: whoever only sends jobs is not taken for a worker', async () => {
  const boss = makeBoss(town.env, { role: 'sends', url: town.env.DATABASE_URL, onError: () => {} })
  await boss.start()
  await boss.send('jobs.ping', { requestId: 'request-0001' })
  await boss.stop({ graceful: false })
  expect(await health()).toEqual({ ...well, jobs_ok: null })
})

test('R21: a database without queues is a database, and is well', async () => {
  await sql`alter schema pgboss rename to away`.execute(town.ownerDb)
  try {
    expect(await health()).toEqual({ ...well, jobs_ok: null })
  } finally {
    await sql`alter schema away rename to pgboss`.execute(town.ownerDb)
  }
})
