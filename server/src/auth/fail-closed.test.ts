import { RateLimiterRedis, type RateLimiterRes } from 'rate-limiter-flexible'
import { afterAll, describe, expect, test, vi } from 'vitest'
import { storesOf } from '../counting/counters.ts'
import type { Redis } from '../redis.ts'
import { type Fault, NONSENSE, NOTHING, plantFaults, THROWS } from '../test/faults.ts'
import { openTestHost } from '../test/host.ts'
import { gotIn, REFUSED, refused, STRICT } from '../test/refused-deeds.ts'

const host = await openTestHost(STRICT)
afterAll(() => host.close())
const during = plantFaults()
const deeds = Object.keys(REFUSED)

const FAULTS: [string, Fault][] = [
  ['fails', THROWS],
  ['answers nothing', NOTHING],
  ['answers nonsense', NONSENSE],
]

describe('R22: what is refused stays refused, whichever answer of Postgres goes wrong', () => {
  test.each(deeds)('%s', async (deed) => {
    const { said, fields } = await during(await refused(host, deed))
    expect([said.text, gotIn(said), said.status < 500]).toEqual([said.text, false, true])
    for (const [what, fault] of FAULTS)
      for (let at = 1; at <= fields.length; at += 1) {
        const { said } = await during(await refused(host, deed), { at, fault })
        expect([what, at, said.text, gotIn(said)]).toEqual([what, at, said.text, false])
      }
  })
})

/** Those that say with an answer what they found can say nonsense; the others say no by throwing. */
const { passwords, guesses, captcha, bursts, calls } = host.deps
const PARTS = {
  'passwords.inTurn': vi.spyOn(passwords, 'inTurn'),
  'guesses.begin': vi.spyOn(guesses, 'begin'),
  'captcha.judge': vi.spyOn(captcha, 'judge'),
  'bursts.count': vi.spyOn(bursts, 'count'),
  'calls.countOne': vi.spyOn(calls, 'countOne'),
  'calls.countMail': vi.spyOn(calls, 'countMail'),
  'calls.countAny': vi.spyOn(calls, 'countAny'),
}
type Part = keyof typeof PARTS
const inTurn = passwords.inTurn

describe('R22: what is refused stays refused, whichever part of ours goes wrong', () => {
  const throws = () => Promise.reject(new Error('planted'))
  const NONSENSE = [undefined, {}, 'nonsense'].map((said) => () => Promise.resolve(said as never))

  /** What is answered once, and never by those that say no by throwing. */
  function plant(part: Part, answer: () => Promise<never>): void {
    if (part === 'passwords.inTurn') PARTS[part].mockImplementationOnce((work) => inTurn(() => work(answer)))
    else PARTS[part].mockImplementationOnce(answer)
  }

  test.each(deeds)('%s', async (deed) => {
    const call = await refused(host, deed)
    for (const spy of Object.values(PARTS)) spy.mockClear()
    await call()
    const asked = (Object.keys(PARTS) as Part[]).filter((part) => PARTS[part].mock.calls.length > 0)
    for (const part of asked)
      for (const answer of part.startsWith('calls.') ? [throws] : [throws, ...NONSENSE]) {
        const call = await refused(host, deed)
        plant(part, answer)
        const said = await call()
        expect([part, said.text, gotIn(said)]).toEqual([part, said.text, false])
      }
  })
})

test('R22, R7: a Redis that says nonsense is as good as away', async () => {
  const client = {} as Redis['client']
  const redis: Redis = {
    client,
    inTime: (asked) => asked(),
    ping: async () => true,
    isAway: () => false,
    close: () => {},
  }
  const [store] = storesOf(host.deps.db, redis)
  const counted = { consumedPoints: Number.NaN, msBeforeNext: 1000 }
  vi.spyOn(RateLimiterRedis.prototype, 'penalty').mockResolvedValueOnce(counted as RateLimiterRes)
  await expect(store?.add([{ key: 'any', points: 1, seconds: 1 }])).rejects.toThrow('how many')
})
