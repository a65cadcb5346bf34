import { afterAll, expect, test } from 'vitest'
import { eventually, openTestWorker } from './support.ts'

const worker = await openTestWorker()
afterAll(() => worker.close())

const LETTERS = 20

test('letters that are asked for at once are written at once, and none waits for the clock', async () => {
  const post = () => Promise.all(Array.from({ length: LETTERS / 2 }, () => worker.post()))
  await post()
  await worker.start()
  await post()
  const kept = await eventually(async () => {
    const { count } = await worker.town.db
      .selectFrom('emailOutbox')
      .where('status', '=', 'kept')
      .select(({ fn }) => fn.countAll<string>().as('count'))
      .executeTakeFirstOrThrow()
    return Number(count) === LETTERS && count
  })
  expect(Number(kept)).toBe(LETTERS)
})
