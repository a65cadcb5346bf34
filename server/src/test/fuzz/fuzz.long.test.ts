import { afterAll, beforeAll, expect, test } from 'vitest'
import { fuzz, openTarget, type Target, tellOf } from './campaign.ts'

/** Fewer than `npm run check:fuzz`, in the same words. */
const REQUESTS = 10_000

let target: Target
beforeAll(async () => (target = await openTarget()))
afterAll(() => target.close())

test(
  'R21: nothing that is sent makes the server fail, fall silent or fall',
  { timeout: 600_000 },
  async () => {
    const random = Date.now() % 1_000_000_000
    process.stdout.write(`seeds 7 and ${random}\n`)
    await fuzz(target, { seed: 7, requests: REQUESTS })
    await fuzz(target, { seed: random, requests: REQUESTS })
    const findings = await target.finish()
    process.stdout.write(`${tellOf(findings)}\n`)
    expect(findings.faults).toEqual([])
    // More than the first guard was met: some got through to the acts.
    for (const from of ['rest', 'trpc'])
      for (const status of [200, 400, 401, 403, 404, 422])
        expect(findings.statuses.get(from)?.get(status), `${from} ${status}`).toBeGreaterThan(REQUESTS / 200)
  },
)
