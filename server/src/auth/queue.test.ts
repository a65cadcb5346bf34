import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { openQueue } from './queue.ts'

test('A9: never more at once than there are places, in the order in which they came', async () => {
  const queue = openQueue(3)
  const order: number[] = []
  let [running, most] = [0, 0]
  const work = (nth: number) =>
    queue.run(async () => {
      order.push(nth)
      most = Math.max(most, (running += 1))
      await sleep(1)
      running -= 1
    })
  await Promise.all(Array.from({ length: 50 }, (_, nth) => work(nth)))
  expect([most, running, queue.length]).toEqual([3, 0, 0])
  expect(order).toEqual(order.toSorted((a, b) => a - b))
})

test('work that fails gives its place back', async () => {
  const queue = openQueue(1)
  const failures = Array.from({ length: 5 }, () => queue.run(() => Promise.reject(new Error('no'))))
  expect(new Set((await Promise.allSettled(failures)).map(({ status }) => status))).toEqual(
    new Set(['rejected']),
  )
  expect(queue.length).toBe(0)
  expect(await queue.run(async () => 'next')).toBe('next')
})
