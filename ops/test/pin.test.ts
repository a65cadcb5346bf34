import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const { optionalDependencies } = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8'),
) as { optionalDependencies: Record<string, string> }
const pins = Object.entries(optionalDependencies).filter(([name]) => /^node-\w+-\w+$/.test(name))

test('every platform is pinned to the same Node', () => {
  expect(pins.length).toBeGreaterThan(1)
  expect(new Set(pins.map(([, version]) => version)).size).toBe(1)
})

test.runIf(`node-${process.platform}-${process.arch}` in optionalDependencies)(
  'and that one runs us (decision 4): a tool that was called past the launcher does not',
  () => {
    expect(process.versions.node).toBe(pins[0]?.[1])
  },
)
