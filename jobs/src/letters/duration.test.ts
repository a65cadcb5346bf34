import { expect, test } from 'vitest'
import { durationOf } from './duration.ts'

test.each([
  [900, '15 minutes'],
  [3600, '1 hour'],
  [5400, '90 minutes'],
  [86_400, '24 hours'],
  [90_000, '25 hours'],
  [172_800, '2 days'],
  [604_800, '7 days'],
  [999, '16 minutes'],
])('%i seconds are %s, and never more than they are', (seconds, said) => {
  expect(durationOf(seconds)).toBe(said)
})
