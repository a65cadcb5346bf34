import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openTarget, type Target } from './campaign.ts'
import type { Case } from './case.ts'

/** Each case that ever failed, as `npm run check:fuzz` printed it. */
const corpus = JSON.parse(readFileSync(new URL('corpus.json', import.meta.url), 'utf8')) as Case[]

let target: Target
beforeAll(async () => (target = await openTarget()))
afterAll(() => target.close())

test('R21: what failed once does not fail again', async () => {
  expect(corpus.length).toBeGreaterThan(5)
  await target.run(corpus)
  const { faults, requests } = await target.finish()
  expect(faults).toEqual([])
  expect(requests).toBe(corpus.length)
})
