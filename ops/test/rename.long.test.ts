import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { BRAND } from '@latchkey/shared/brand'
import { copyTree } from '../mutations/place.ts'

/** As a team does it, in a copy: with git, with prettier, and back again. */
const copy = copyTree()
afterAll(() => rmSync(copy, { recursive: true, force: true }))

const WHO = ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.com', '-c', 'core.hooksPath=/dev/null']
const git = (...words: string[]) => execFileSync('git', [...WHO, ...words], { cwd: copy, encoding: 'utf8' })
const treeOf = (commit: string) => git('rev-parse', `${commit}^{tree}`)

let scope = BRAND.slug as string
function rename(name: string, ...flags: string[]) {
  const { status, stdout } = spawnSync(process.execPath, ['ops/rename/rename.ts', name, ...flags], {
    cwd: copy,
    encoding: 'utf8',
  })
  return { status, stdout }
}
/** What an installation would do with our own packages. */
function install(name: string): void {
  const modules = join(copy, 'node_modules')
  renameSync(join(modules, `@${scope}`), join(modules, `@${name}`))
  scope = name
}

/** Put together, so that no file holds them. The one is as long as a name may be: lines break, tables grow. */
const LONG = ['Quincely', 'Quadrangle', 'Orchid'].join(' ')
const SHORT = ['Q', 'z'].join('')

test('there and back, by a long name and a short one, the tree is what it was', () => {
  git('init', '--quiet')
  git('add', '--all')
  git('commit', '--quiet', '--message', 'as it was')
  const before = treeOf('HEAD')

  expect(rename(LONG, '--dry-run')).toMatchObject({ status: 0 })
  expect(git('status', '--porcelain')).toBe('')
  writeFileSync(join(copy, 'note.txt'), 'mine')
  expect(rename(LONG)).toMatchObject({
    status: 1,
    stdout: expect.stringContaining('not committed') as string,
  })
  rmSync(join(copy, 'note.txt'))
  expect(rename('Session')).toMatchObject({
    status: 1,
    stdout: expect.stringContaining('as a word') as string,
  })
  expect(git('status', '--porcelain')).toBe('')

  for (const name of [LONG, SHORT, BRAND.name]) {
    expect(rename(name), name).toMatchObject({ status: 0 })
    install(name.replaceAll(' ', '').toLowerCase())
    git('add', '--all')
    git('commit', '--quiet', '--message', name)
  }
  expect(git('diff', '--stat', 'HEAD~3', 'HEAD')).toBe('')
  expect(treeOf('HEAD')).toBe(before)
  expect(existsSync(join(copy, '.data'))).toBe(false)
})
