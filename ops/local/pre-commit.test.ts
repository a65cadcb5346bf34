import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'

/** U12: a real `git commit` of good code passes, one of bad code is kept back. In a small clone of its own. */
const ROOT = join(import.meta.dirname, '../..')
const PARTS = ['.prettierrc', '.prettierignore', '.oxlintrc.json', 'tsconfig.base.json', 'ops']
const SLOW = { timeout: 60_000 }

let clone: string
beforeAll(() => {
  clone = mkdtempSync(join(tmpdir(), 'latchkey-hook-'))
  for (const part of PARTS) cpSync(join(ROOT, part), join(clone, part), { recursive: true })
  symlinkSync(join(ROOT, 'node_modules'), join(clone, 'node_modules'))
  write('.gitignore', 'node_modules\n')
  write('package.json', '{ "name": "small", "type": "module", "workspaces": ["ops"] }\n')
  git('init', '--quiet')
  git('add', '.')
  git('commit', '--quiet', '--message', 'as it is')
  // The hook's own line without the launcher: nothing has to be installed here.
  const hook = readFileSync(join(ROOT, '.githooks/pre-commit'), 'utf8').replace('node ops/launch.mjs ', '')
  writeFileSync(join(clone, '.git/hooks/pre-commit'), hook, { mode: 0o755 })
}, 60_000)
afterAll(() => rmSync(clone, { recursive: true, force: true }))
beforeEach(() => void git('reset', '--quiet', '--hard'))

const write = (path: string, content: string) => writeFileSync(join(clone, path), content)
const read = (path: string) => readFileSync(join(clone, path), 'utf8')

function git(...args: string[]): { ok: boolean; said: string } {
  const own = Object.entries(process.env).filter(([name]) => !name.startsWith('GIT_'))
  const path = [dirname(process.execPath), join(ROOT, 'node_modules/.bin'), process.env['PATH']].join(
    delimiter,
  )
  const who = { GIT_AUTHOR_NAME: 'Ada', GIT_AUTHOR_EMAIL: 'ada@example.com' }
  const whoElse = { GIT_COMMITTER_NAME: 'Ada', GIT_COMMITTER_EMAIL: 'ada@example.com' }
  const env = { ...Object.fromEntries(own), PATH: path, ...who, ...whoElse }
  const { status, stdout, stderr } = spawnSync('git', args, { cwd: clone, env, encoding: 'utf8' })
  return { ok: status === 0, said: stdout + stderr }
}

function commit(path: string, content: string) {
  write(path, content)
  git('add', path)
  return git('commit', '--message', path)
}

test('the hook is one that git can run, and goes through the launcher', () => {
  expect(statSync(join(ROOT, '.githooks/pre-commit')).mode & 0o111).toBe(0o111)
  expect(readFileSync(join(ROOT, '.githooks/pre-commit'), 'utf8')).toContain(
    'exec node ops/launch.mjs node ops/',
  )
})

test('good code passes, and is put in form', SLOW, () => {
  const { ok, said } = commit('ops/test/good.ts', 'export const answer   = 42;\n')
  expect([ok, said]).toEqual([true, expect.stringContaining('1 staged files look right')])
  expect(git('show', 'HEAD:ops/test/good.ts').said).toBe('export const answer = 42\n')
  expect(git('status', '--porcelain').said).toBe('')
})

test('a file of which only some lines are staged is left as it is', SLOW, () => {
  commit('ops/test/half.ts', 'export const one = 1\n')
  write('ops/test/half.ts', 'export const one = 2\n')
  git('add', '.')
  write('ops/test/half.ts', 'export const one = 2\nexport const   two = 2\n')
  expect(git('commit', '--message', 'half')).toMatchObject({ ok: true })
  expect(git('show', 'HEAD:ops/test/half.ts').said).toBe('export const one = 2\n')
  expect(read('ops/test/half.ts')).toBe('export const one = 2\nexport const   two = 2\n')
})

test.each([
  [
    'a promise that nobody waits for',
    'ops/test/floating.ts',
    'export const run = (): void => {\n  Promise.reject(new Error())\n}\n',
    'no-floating-promises',
  ],
  ['what does not fit its type', 'ops/test/types.ts', "export const answer: number = 'no'\n", 'TS2322'],
  ['JSON that is none', 'broken.json', '{ "a": }\n', 'broken.json'],
  ['YAML that is none', 'broken.yaml', 'a: [1\nb: }\n', 'broken.yaml'],
  ['white space at the end of a line', 'spaces.txt', 'one \ntwo\n', 'trailing whitespace'],
  [
    'conflict marks',
    'conflict.txt',
    '<<<<<<< ours\na\n=======\nb\n>>>>>>> theirs\n',
    'leftover conflict marker',
  ],
])('%s is kept back', SLOW, (_what, path, content, said) => {
  expect(commit(path, content)).toEqual({ ok: false, said: expect.stringContaining(said) as string })
  expect(git('log', '--oneline', '--', path).said).toBe('')
})
