import { join } from 'node:path'
import { expect, test } from 'vitest'
import { durationsOf } from '../../deploy/durations.ts'
import { openMemory } from '../../deploy/memory.ts'
import type { Place } from '../../deploy/place.ts'
import { aPlace } from '../verify/run-folder.ts'

const before = { commit: 'a'.repeat(40), tag: 'a'.repeat(12), head: '0001_a', at: '' }

test('a full deploy that found everything in its place does not pass for one that made it', async () => {
  const memory = await openMemory(join(aPlace(), 'deploy.state.json'))
  const took = (mode: Place['mode'], seconds: number, previous?: typeof before, failure?: Error) =>
    durationsOf(
      memory,
      { address: '192.0.2.1', mode, reason: '', waitedMs: 1000 },
      { tookMs: seconds * 1000, steps: [{ name: 'watch', outcome: 'done', seconds: 1 }] },
      { failure, previous },
    )
  expect(await took('full', 12, before), 'by somebody else').toMatchObject({ fullMs: null })
  expect(await took('full', 102)).toEqual({ fullMs: 100_000, updateOnlyMs: null, savedPercent: null })
  expect(await took('update-only', 27, before)).toMatchObject({ updateOnlyMs: 25_000, savedPercent: 75 })
  expect(await took('full', 12, before)).toEqual({ fullMs: 100_000, updateOnlyMs: 25_000, savedPercent: 75 })
  expect(await took('full', 12, undefined, new Error('no'))).toMatchObject({ fullMs: 100_000 })
  expect(await took('full', 52)).toMatchObject({ fullMs: 50_000, updateOnlyMs: 25_000 })
})
