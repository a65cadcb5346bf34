import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Guesser } from './guesses.ts'
import { openTestHost, type TestHost } from '../test/host.ts'
import { hasRedis, openTestRedis, type TestRedis } from '../test/redis.ts'

const guesser = (known: Partial<Guesser> = {}): Guesser => ({
  address: randomUUID(),
  account: randomUUID(),
  proved: 'person',
  ...known,
})

async function granted({ deps }: TestHost, who: Guesser) {
  const grant = await deps.guesses.begin('password', who)
  if (grant.refused) throw new Error(`refused: ${grant.refused}`)
  return grant
}

describe('decision 24, I11: the store in front has forgotten', () => {
  describe.skipIf(!hasRedis)('Redis', () => {
    let redis: TestRedis
    let host: TestHost
    beforeAll(async () => {
      redis = await openTestRedis()
      host = await openTestHost({ RATE_LIMITS: 'shipped', REDIS_URL: redis.url })
    })
    afterAll(async () => {
      await host.close()
      await redis.close()
    })

    test.each([
      ['an address', () => ({ address: randomUUID() }), 'address'],
      ['an account', () => ({ account: randomUUID() }), 'account'],
      ['a device', () => ({ account: randomUUID(), device: randomUUID() }), 'account'],
    ] as const)('%s that has no guess left gets one more, and no second', async (_who, known, refused) => {
      const same = known()
      const next = () => guesser(same)
      for (let guess = 0; guess < ('device' in same ? 10 : 5); guess += 1)
        await (await granted(host, next())).wrong()
      expect(await host.deps.guesses.begin('password', next())).toMatchObject({ refused })
      await redis.flush()
      expect(await (await granted(host, next())).wrong()).toEqual({ locked: false })
      expect(await host.deps.guesses.begin('password', next())).toMatchObject({ refused })
    })
  })
})

describe('I5: what was under way has been forgotten, and fails all the same', () => {
  let host: TestHost
  beforeAll(async () => void (host = await openTestHost({ RATE_LIMITS: 'shipped' })))
  afterAll(() => host.close())

  test('five guesses that outlast their minute are five failures of the next', async () => {
    const address = randomUUID()
    const grants = []
    for (let guess = 0; guess < 5; guess += 1) grants.push(await granted(host, guesser({ address })))
    await sql`update rate_limits set expire = expire - 61000`.execute(host.deps.db)
    for (const grant of grants) await grant.wrong()
    expect(await host.deps.guesses.begin('password', guesser({ address }))).toMatchObject({
      refused: 'address',
    })
  })
})
