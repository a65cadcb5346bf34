import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { openTestHost, type TestHost } from '../test/host.ts'
import { hasRedis, openTestRedis, type TestRedis } from '../test/redis.ts'
import type { Guesser } from './guesses.ts'

let guessers = 0
const aStranger = (): Guesser => ({ address: `address-${(guessers += 1)}`, account: `account-${guessers}` })

describe.skipIf(!hasRedis)('I5, I11: what failed in a day, counted in Redis and in Postgres', () => {
  let redis: TestRedis
  let host: TestHost
  beforeAll(async () => {
    redis = await openTestRedis()
    host = await openTestHost({ CAPTCHA: 'ladder', RATE_LIMITS: 'shipped', REDIS_URL: redis.url })
  })
  afterAll(async () => {
    await host.close()
    await redis.close()
  })
  beforeEach(async () => {
    await redis.flush()
    await sql`delete from rate_limits`.execute(host.deps.db)
  })

  async function fail(guesser: Guesser): Promise<void> {
    const grant = await host.deps.guesses.begin('password', { ...guesser, proved: 'work' })
    if (!grant.refused) await grant.wrong()
    else expect.unreachable(`refused: ${grant.refused}`)
  }
  const begin = (guesser: Guesser) => host.deps.guesses.begin('password', guesser)

  test('a Redis that has forgotten is told again at the next failure', async () => {
    const { address, account } = aStranger()
    // From elsewhere each time, and at another's: only the days know of it.
    for (let nth = 0; nth < 4; nth += 1) await fail({ address, account: `${account}-${nth}` })
    await redis.flush()
    await fail({ address, account: `${account}-last` })
    await redis.pass(60_000)
    await sql`update rate_limits set expire = expire - 60000`.execute(host.deps.db)
    expect(await begin({ address, account })).toMatchObject({
      refused: 'unproved',
      wanted: { rung: 'work', because: 'address' },
    })
  })

  test('while Redis is away one failure is enough to want work', async () => {
    const guesser = aStranger()
    await fail(guesser)
    const early = await begin(guesser)
    expect(early.refused).toBeUndefined()
    if (!early.refused) await early.right()
    await fail(guesser)
    await redis.kill()
    try {
      expect(await begin(guesser)).toMatchObject({ refused: 'unproved', wanted: { because: 'degraded' } })
      expect((await begin({ ...guesser, proved: 'work' })).refused).toBeUndefined()
    } finally {
      await redis.restart()
    }
  })

  test('a device that the owner was in with neither adds to the day nor suffers from it', async () => {
    const stranger = aStranger()
    const owner = { ...stranger, device: 'a-device' }
    await fail(owner)
    await fail(owner)
    const { rows } = await sql`select key from rate_limits where key like '%-day:%'`.execute(host.deps.db)
    expect(rows).toEqual([])
    await fail(stranger)
    await sql`update rate_limits set points = 100 where key like '%-day:%'`.execute(host.deps.db)
    await redis.kill()
    try {
      expect(await begin({ ...stranger, proved: 'person' })).toMatchObject({ refused: 'address' })
      expect((await begin({ ...owner, proved: 'work' })).refused).toBeUndefined()
    } finally {
      await redis.restart()
    }
  })
})
