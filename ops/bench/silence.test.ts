import { expect, test } from 'vitest'
import { chanceLarger } from './silence.ts'

test('of two alike, one is larger half of the time', () => {
  expect(chanceLarger([1, 2, 3], [1, 2, 3])).toBe(0.5)
  expect(chanceLarger([7, 7], [7, 7, 7])).toBe(0.5)
})

test('it counts the pairs in which the first is larger', () => {
  expect(chanceLarger([5, 6], [1, 2])).toBe(1)
  expect(chanceLarger([1, 2], [5, 6])).toBe(0)
  expect(chanceLarger([3, 1], [2])).toBe(0.5)
  expect(chanceLarger([3, 4, 1], [2])).toBeCloseTo(2 / 3)
})

test('a small shift of all shows, however wide they are spread', () => {
  const spread = Array.from({ length: 1000 }, (_, nth) => nth)
  expect(
    chanceLarger(
      spread.map((value) => value + 50),
      spread,
    ),
  ).toBeCloseTo(0.549, 2)
})
