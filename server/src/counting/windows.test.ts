import { expect, test } from 'vitest'
import { openWindows } from './windows.ts'

test('so many in a window, then how long to wait; the next window begins with the next call', () => {
  let time = 1_000_000
  const { take } = openWindows({ points: 3, seconds: 60 }, () => time)
  expect([take('a', 1), take('a', 2), take('a', 1)]).toEqual([undefined, undefined, 60])
  expect(take('b', 1), 'another key').toBeUndefined()
  time += 59_000
  expect(take('a', 1)).toBe(1)
  time += 1000
  expect(take('a', 3)).toBeUndefined()
  expect(take('c', 4), 'too many at once').toBe(60)
})

test('what is over is forgotten, however many keys there were', () => {
  let time = 0
  const { take } = openWindows({ points: 1, seconds: 60 }, () => time)
  const before = process.memoryUsage().heapUsed
  for (let nth = 0; nth < 300_000; nth += 1) {
    if (nth % 1000 === 0) time += 30_000
    take(`somebody ${nth}`, 1)
  }
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(30e6)
})
