import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { BRAND } from '@latchkey/shared/brand'
import { namesOf, readName, type Names } from '../rename/names.ts'
import { type File, planOf } from '../rename/plan.ts'
import { trackedFiles } from '../rename/tracked.ts'

const ROOT = join(import.meta.dirname, '../..')
const here = namesOf(BRAND)
const named = (...words: string[]): Names => readName(words.join(' ')) as Names
const OTHER = named('Harbour', 'Light')
/** Put together, so that no file holds them. */
const NEXT = named('Zephyr', 'Orchard')
const THIRD = named('Quince', '9')

const after = (files: File[], from: Names, to: Names): File[] => {
  const changes = new Map(planOf(files, from, to).changes.map((change) => [change.from, change]))
  return files.map((file) => {
    const change = changes.get(file.path)
    return change ? { path: change.to, text: change.text } : file
  })
}

describe('a name', () => {
  test.each([
    ['Harbour Light', 'harbourlight'],
    ['  Harbour   Light ', 'harbourlight'],
    ['X-Ray 2', 'xray2'],
    ['iLamp', 'ilamp'],
  ])('%j has the slug %s', (typed, slug) => expect(readName(typed)).toMatchObject({ slug }))

  test.each([
    ['', 'letters'],
    ['Ökohaus', 'letters'],
    ["Ada's", 'letters'],
    ['A/../B', 'letters'],
    ['-Dash', 'letters'],
    ['9 Lives', 'begins with a letter'],
    ['A', 'begins with a letter'],
    ['A Name That Is Much Too Long For This', '2 to 24'],
    ['Pg', 'keep pg_'],
    ['abcde', 'such as Abcde'],
    ['ABCDE', 'such as Abcde'],
  ])('%j is refused, and says why', (typed, why) =>
    expect(readName(typed)).toMatchObject({ problem: expect.stringContaining(why) as string }),
  )
})

describe('a plan', () => {
  const { name, slug, upper } = here
  const rename = (text: string) => after([{ path: 'a.ts', text }], here, OTHER)[0]?.text

  test('each form becomes the same form', () => {
    expect(rename(`${name} @${slug}/db __Host-${slug}_csrf ${upper}_X '\\n${name}'`)).toBe(
      "Harbour Light @harbourlight/db __Host-harbourlight_csrf HARBOURLIGHT_X '\\nHarbour Light'",
    )
  })

  test('a word that only has it inside stays, and is told', () => {
    const text = `first line\nun${slug}ed`
    expect(planOf([{ path: 'a.ts', text }], here, OTHER)).toEqual({
      changes: [],
      taken: [],
      left: ['a.ts:2'],
    })
  })

  test('where the new name stands already is told, in whatever letters', () => {
    const text = `a ${OTHER.name.toLowerCase()}\nand ${OTHER.slug}_x, but no un${OTHER.slug}`
    expect(planOf([{ path: 'a.ts', text }], here, OTHER).taken).toEqual(['a.ts:1', 'a.ts:2'])
  })

  test('files and folders are called so too', () => {
    const [change] = planOf([{ path: `docs/${slug}/${name}.md`, text: '' }], here, OTHER).changes
    expect(change?.to).toBe('docs/harbourlight/Harbour Light.md')
  })
})

describe('this repository', () => {
  const files = trackedFiles(ROOT)
  const plan = planOf(files, here, NEXT)

  test('the name stands nowhere else afterwards, and in no longer word', () => {
    expect(plan.changes.length).toBeGreaterThan(200)
    expect([plan.taken, plan.left]).toEqual([[], []])
    for (const { path, text } of after(files, here, NEXT))
      expect(`${path} ${text}`.toLowerCase().includes(here.slug), path).toBe(false)
  })

  test('named twice, and named back, every file is what it was', () => {
    const twice = after(after(files, here, NEXT), NEXT, THIRD)
    expect(twice).toEqual(after(files, here, THIRD))
    expect(after(twice, THIRD, here)).toEqual(files)
  })

  test('what is not understood is answered with how it is used, and changes nothing', () => {
    for (const words of [[], ['--force'], ['abcde'], ['Abcde', '--now']]) {
      const { status, stdout } = spawnSync(process.execPath, ['ops/rename/rename.ts', ...words], {
        cwd: ROOT,
        encoding: 'utf8',
      })
      expect([status, stdout]).toEqual([1, expect.stringContaining('usage: npm run rename')])
    }
  })
})
