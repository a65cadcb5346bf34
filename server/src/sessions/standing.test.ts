import { afterAll, expect, test } from 'vitest'
import { grantRole, suspendPerson } from '@latchkey/db/standing'
import { aSignedInUser } from '../test/actors.ts'
import { openTestHost } from '../test/host.ts'

const host = await openTestHost()
afterAll(() => host.close())
const { deps, town } = host
const desk = { ...deps, ip: null, userAgent: null, requestId: 'request-0001' }

const DECISIONS = [
  ['a suspension', suspendPerson],
  ['a change of roles', grantRole],
] as const

test.each(DECISIONS)(
  'C7, D11: %s holds from the next request on, whatever is under way',
  async (_what, decide) => {
    const { id, browser } = await aSignedInUser(host)
    const ask = async () => (await browser.get('/api/auth/me')).status
    let decided = false
    let asking = true
    const stream = Array.from({ length: 4 }, async () => {
      const seen: { begunAfter: boolean; status: number }[] = []
      while (asking) seen.push({ begunAfter: decided, status: await ask() })
      return seen
    })
    expect(await ask()).toBe(200)
    await town.db
      .transaction()
      .execute((trx) => decide(trx, desk, { actorId: null, targetId: id, role: 'SUPPORT' }))
    decided = true
    for (let more = 0; more < 10; more += 1) expect(await ask()).toBe(401)
    asking = false
    const seen = (await Promise.all(stream)).flat()
    expect(seen.filter(({ begunAfter }) => begunAfter).map(({ status }) => status)).not.toContain(200)
    expect(seen.filter(({ begunAfter }) => !begunAfter).length).toBeGreaterThan(0)
  },
)
