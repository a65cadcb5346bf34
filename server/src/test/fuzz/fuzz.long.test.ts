import { afterAll, beforeAll, expect, test } from 'vitest'
import { fuzz, openTarget, type Target, tellOf } from './campaign.ts'

/** Fewer than `npm run check:fuzz`, in the same words, and the same each time: seeds of the moment are that one's. */
const REQUESTS = 10_000
const SEEDS = [7, 190_807]

let target: Target
beforeAll(async () => (target = await openTarget()))
afterAll(() => target.close())

test(
  'R21: nothing that is sent makes the server fail, fall silent or fall',
  { timeout: 600_000 },
  async () => {
    for (const seed of SEEDS) await fuzz(target, { seed, requests: REQUESTS })
    const findings = await target.finish()
    process.stdout.write(`${tellOf(findings)}\n`)
    expect(findings.faults).toEqual([])
    // More than the first guard was met: some got through to the acts.
    for (const from of ['rest', 'trpc'])
      for (const status of [200, 400, 401, 403, 404, 422])
        expect(findings.statuses.get(from)?.get(status), `${from} ${status}`).toBeGreaterThan(REQUESTS / 200)
  },
)
