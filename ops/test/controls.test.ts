import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { CONTROLS } from '../controls/controls.ts'
import { makePage, PAGE, pageOf } from '../controls/matrix.ts'
import { idsOf, testsIn } from '../controls/test-names.ts'

const namesIn = (source: string) => testsIn('a.test.ts', source).map(({ names }) => names)

test('docs/CONTROLS.md is what the names of the tests make (else: npm run controls)', async () => {
  expect(readFileSync(PAGE, 'utf8')).toBe(await makePage())
})

test('a test is read with the groups around it, also in tables, and text that looks like one is not', () => {
  const source = `
    describe('A1: one', () => {
      test.each([['(', 1]])('%s is', async () => { expect(/test\\('x'/.test(")")).toBe(true) })
      // test('B9: in a comment', () => {})
      describe.each(cases)('two \\'quoted\\'', () => { test(\`three \${four()}\`, () => say("test('C1: said')")) })
    })
    test.describe('E1: group', () => { test('five', async ({ page }) => {}) })
    test.skip('F1: left out', () => {})
    describe.skip('F2: left out', () => { test('with all in it', () => {}) })
    test.skipIf(slow)('six', () => {})`
  expect(namesIn(source)).toEqual([
    ['A1: one', '%s is'],
    ['A1: one', "two 'quoted'", 'three ${four()}'],
    ['E1: group', 'five'],
    ['six'],
  ])
})

test('ids stand at the beginning of a name', () => {
  expect(idsOf('A9, decision 22: what waits')).toEqual(['A9'])
  expect(idsOf('pain 18, I11, R7: Redis')).toEqual(['I11', 'R7'])
  expect(idsOf('not at A9: the beginning')).toEqual([])
})

test('a control without a test is not covered, and one whose id names something else neither', () => {
  const tests = testsIn(
    'a.test.ts',
    "test('A1, A2: a proof', () => {}); test('A3: of a requirement', () => {})",
  )
  const page = pageOf(
    [
      { id: 'A1', title: 'one', provedIn: /a\.test/ },
      { id: 'A2', title: 'two', provedIn: /b\.test/ },
      { id: 'A3', title: 'three' },
    ],
    tests,
  )
  expect(page).toContain('**1 covered, 2 not covered.**')
  expect(page).toContain('| A1 | one | [a.test.ts](../a.test.ts): A1, A2: a proof |')
  expect(page.match(/\| not covered \|/g)).toHaveLength(2)
})

test('every pattern finds a test, and no id stands twice', async () => {
  const page = await makePage()
  const uncovered = CONTROLS.filter(({ id, provedIn }) => provedIn && page.includes(`| ${id} |`))
    .filter(({ id }) => new RegExp(`^\\| ${id} +\\|[^|]*\\| not covered`, 'm').test(page))
    .map(({ id }) => id)
  expect(uncovered).toEqual([])
  expect(new Set(CONTROLS.map(({ id }) => id)).size).toBe(CONTROLS.length)
})
