import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { LIST, makeList } from '../data/common-passwords.ts'

test('A4: the bundled list of common passwords is what its sources make, and says how many it holds', () => {
  const text = readFileSync(LIST, 'utf8')
  expect(text === makeList()).toBe(true)
  const count = text.trimEnd().split('\n').length
  expect(count).toBeGreaterThan(50_000)
  expect(readFileSync(join(LIST, '../README.md'), 'utf8')).toContain(count.toLocaleString('en-GB'))
  expect(statSync(LIST).size).toBeLessThan(5 * 1024 * 1024)
})
