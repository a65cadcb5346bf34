import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { MUTANTS } from '../mutations/mutants.ts'
import { mutated } from '../mutations/place.ts'

const ROOT = join(import.meta.dirname, '../..')

test('every guard that check:mutations takes away stands exactly once where the table says', () => {
  expect(MUTANTS.length).toBeGreaterThanOrEqual(60)
  const rotten = MUTANTS.flatMap((mutant) => {
    try {
      mutated(mutant)
      return []
    } catch (error) {
      return [String(error)]
    }
  })
  expect(rotten).toEqual([])
})

test('every test that should notice is there', () => {
  for (const { project, files } of new Set(MUTANTS.map(({ noticedBy }) => noticedBy))) {
    const tests = readdirSync(join(ROOT, project), { recursive: true, encoding: 'utf8' }).filter(
      (path) => /\.test\.tsx?$/.test(path) && !path.endsWith('.long.test.ts'),
    )
    for (const file of files)
      expect(
        tests.some((path) => path.replaceAll('\\', '/').includes(file)),
        `${project}: ${file}`,
      ).toBe(true)
  }
})
