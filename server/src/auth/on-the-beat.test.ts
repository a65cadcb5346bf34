import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, expect, test } from 'vitest'
import { Browser } from '../test/browser.ts'
import { openTestHost } from '../test/host.ts'
import { onTheBeat } from './on-the-beat.ts'

const host = await openTestHost()
afterAll(() => host.close())

async function timeOf(act: () => Promise<unknown>): Promise<number> {
  const began = performance.now()
  await act()
  return performance.now() - began
}

test('B2: what takes less than a beat takes one, and what takes more takes two', async () => {
  expect(await timeOf(() => onTheBeat(async () => 'at once'))).toBeGreaterThanOrEqual(50)
  expect(await timeOf(() => onTheBeat(() => sleep(60)))).toBeGreaterThanOrEqual(100)
  expect(await onTheBeat(async () => 'the answer')).toBe('the answer')
})

test('B2: so does a no', async () => {
  const refused = () => onTheBeat(() => Promise.reject(new Error('no'))).catch(() => 'no')
  expect(await timeOf(refused)).toBeGreaterThanOrEqual(50)
  expect(await refused()).toBe('no')
})

test('B2: a registration is answered on the beat', async () => {
  const browser = new Browser(host.url)
  await browser.get('/api/auth/csrf')
  const body = { email: 'on-the-beat@example.com', password: 'velvet-harbour-mango-42' }
  for (const _whether of ['fresh', 'taken'])
    expect(await timeOf(() => browser.post('/api/auth/register', body))).toBeGreaterThanOrEqual(50)
})
