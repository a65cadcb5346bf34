import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const ROOT = join(import.meta.dirname, '../..')
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8')
/** Made from the names of controls and tests, which speak of other things too. */
const MADE = 'CONTROLS.md'

const pages = [
  'README.md',
  ...readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.md') && path !== MADE)
    .map((path) => join('docs', path)),
]

test('R11: the docs promise at least once, and nowhere what nobody can keep', () => {
  expect(read('docs/MAIL.md')).toContain('**Sent at least once.**')
  expect(read('docs/MAIL.md')).toContain('the same `Message-ID`')
  const promising = pages.filter((path) => /exactly[\s-]+once/i.test(read(path)))
  expect(promising).toEqual([])
})
