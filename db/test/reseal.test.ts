import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { sql } from 'kysely'
import { afterAll, beforeEach, expect, test } from 'vitest'
import { Secret } from '@latchkey/shared/secret'
import { makeBoss } from '../src/boss.ts'
import { openDb } from '../src/open.ts'
import { enqueueMail, openLetter } from '../src/outbox.ts'
import { countSealed, resealMail } from '../src/resealing.ts'
import { openSecretBox } from '../src/secret-box.ts'
import { openTestDb, sourceOf } from '../src/test-db.ts'

const town = await openTestDb()
const jobs = openDb(town.env, { url: town.env.JOBS_DATABASE_URL, as: 'test' })
const boss = makeBoss(town.env, { role: 'sends', url: town.env.DATABASE_URL, onError: () => {} })
afterAll(async () => {
  await boss.stop({ graceful: false })
  await Promise.all([jobs.destroy(), town.close()])
})
beforeEach(async () => void (await jobs.deleteFrom('emailOutbox').execute()))

const KEYS = {
  v1: new Secret(Buffer.alloc(32, 1).toString('base64')),
  v2: new Secret(Buffer.alloc(32, 2).toString('base64')),
}
const boxOf = (current: keyof typeof KEYS, ...versions: (keyof typeof KEYS)[]) =>
  openSecretBox({
    ENCRYPTION_KEYS: Object.fromEntries([current, ...versions].map((version) => [version, KEYS[version]])),
    ENCRYPTION_KEY_CURRENT: current,
  })
type Box = ReturnType<typeof boxOf>

const post = (box: Box) =>
  town.db.transaction().execute((trx) =>
    enqueueMail(
      trx,
      { box, boss, requestId: 'request-0001' },
      {
        letter: 'verify-email',
        params: { name: 'Ada', token: 'the-token', code: 'ABC234' },
        to: 'ada@example.com',
        userId: null,
      },
    ),
  )
const rows = () => town.db.selectFrom('emailOutbox').select(['id', 'letter', 'body']).orderBy('id').execute()
const openAll = async (box: Box) => (await rows()).map((row) => openLetter(box, row))

test('A17, L3: sealed anew, every letter opens without the old key; a second run changes nothing', async () => {
  for (let posted = 0; posted < 20; posted += 1) await post(boxOf(posted % 2 ? 'v2' : 'v1', 'v1', 'v2'))
  expect(await resealMail(jobs, boxOf('v2', 'v1'))).toEqual({ resealed: 10, broken: [] })
  expect(await openAll(boxOf('v2'))).toHaveLength(20)
  const before = await rows()
  expect(await resealMail(jobs, boxOf('v2', 'v1'))).toEqual({ resealed: 0, broken: [] })
  expect(await rows()).toEqual(before)
})

test('A17: goes through more than one batch', async () => {
  const box = boxOf('v1')
  const many = Array.from({ length: 1203 }, () => {
    const id = randomUUID()
    return {
      id,
      letter: 'account-exists' as const,
      toAddress: 'ada@example.com',
      requestId: 'request-0001',
      body: box.seal('{"name":null}', `email_outbox:${id}`),
    }
  })
  await town.db.insertInto('emailOutbox').values(many).execute()
  expect((await resealMail(jobs, boxOf('v2', 'v1'))).resealed).toBe(1203)
  expect(await openAll(boxOf('v2'))).toHaveLength(1203)
})

test('L3: a key is changed while letters are posted and read, and none is lost', async () => {
  const failures: unknown[] = []
  const processes = [aProcess(failures), aProcess(failures)]
  // As docs/CONFIG.md says: each step on one process after the other, the next one when all have taken it.
  for (const box of [boxOf('v1'), boxOf('v1', 'v2'), boxOf('v2', 'v1')])
    for (const one of processes) await one.restartWith(box)
  await resealMail(jobs, boxOf('v2', 'v1'))
  for (const one of processes) await one.restartWith(boxOf('v2'))
  await Promise.all(processes.map((one) => one.stop()))
  expect(failures).toEqual([])
  expect((await openAll(boxOf('v2'))).length).toBeGreaterThan(10)
})

/** Posts a letter and reads all of them, again and again. */
function aProcess(failures: unknown[]) {
  let running = true
  let work = Promise.resolve()
  async function stop(): Promise<void> {
    running = false
    await work
  }
  async function workWith(box: Box): Promise<void> {
    while (running) {
      await post(box).catch((error: unknown) => failures.push(error))
      await openAll(box).catch((error: unknown) => failures.push(error))
    }
  }
  async function restartWith(box: Box): Promise<void> {
    await stop()
    running = true
    work = workWith(box)
    await sleep(100)
  }
  return { restartWith, stop }
}

test('A17: a body that the worker writes meanwhile stays as it wrote it', async () => {
  await post(boxOf('v1'))
  const [row] = await rows()
  const written = boxOf('v1').seal('{"name":"written"}', `email_outbox:${row?.id}`)
  let resealing: Promise<unknown> | undefined
  await jobs.transaction().execute(async (worker) => {
    await worker.updateTable('emailOutbox').set({ body: written }).execute()
    resealing = resealMail(jobs, boxOf('v2', 'v1'))
    await untilSomebodyWaits()
  })
  expect(await resealing).toEqual({ resealed: 0, broken: [] })
  expect((await rows())[0]?.body).toBe(written)
})

async function untilSomebodyWaits(): Promise<void> {
  const waiting = sql<{ waits: boolean }>`select exists (
    select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock') as waits`
  while (!(await waiting.execute(jobs)).rows[0]?.waits) await sleep(20)
}

test('A17: npm run reseal says what it did, and names what it could not open', async () => {
  await post(boxOf('v1'))
  await post(boxOf('v1'))
  const [spoilt, good] = await rows()
  await jobs
    .updateTable('emailOutbox')
    .set({ body: 'v0.AAAA' })
    .where('id', '=', spoilt?.id ?? '')
    .execute()
  const keys = JSON.stringify(
    Object.fromEntries(Object.entries(KEYS).map(([version, key]) => [version, key.reveal()])),
  )
  const reseal = () =>
    promisify(execFile)(process.execPath, [join(import.meta.dirname, '../src/reseal.ts')], {
      env: { ...sourceOf(town.env), ENCRYPTION_KEYS: keys, ENCRYPTION_KEY_CURRENT: 'v2' },
    }).catch((error: { code: number; stdout: string }) => error)

  expect(await reseal()).toMatchObject({
    code: 1,
    stdout: [
      'resealed with v2: 1',
      `not resealed: letter ${spoilt?.id}: a sealed value does not open: no key v0`,
      'sealed with v0: 1',
      'sealed with v2: 1',
      'Keep the other keys, see to what stands above, and run this again.',
      '',
    ].join('\n'),
  })
  await jobs
    .deleteFrom('emailOutbox')
    .where('id', '=', spoilt?.id ?? '')
    .execute()
  expect(await reseal()).toEqual({ stdout: 'resealed with v2: 0\nsealed with v2: 1\n', stderr: '' })
  expect(await countSealed(jobs)).toEqual([{ key: 'v2', letters: '1' }])
  expect(good?.body).toMatch(/^v1\./)
})
