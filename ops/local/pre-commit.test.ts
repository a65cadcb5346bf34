import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'

/**
 * U12: good code passes, bad code is kept back. It works on this clone's own files, staged in an index of its own,
 * so that whatever is being worked on stays as it is.
 */
const ROOT = join(import.meta.dirname, '../..')
const INDEX = join(ROOT, 'node_modules/.pre-commit-test-index')
const FOLDER = 'ops/test/pre-commit-sample'
const environment = { ...process.env, GIT_INDEX_FILE: INDEX }

function commit(name: string, content: string): { ok: boolean; said: string; file: string } {
  mkdirSync(join(ROOT, FOLDER), { recursive: true })
  writeFileSync(join(ROOT, FOLDER, name), content)
  execFileSync('git', ['read-tree', 'HEAD'], { cwd: ROOT, env: environment })
  execFileSync('git', ['add', '--force', `${FOLDER}/${name}`], { cwd: ROOT, env: environment })
  const hook = spawnSync('node', ['ops/local/pre-commit.ts'], {
    cwd: ROOT,
    env: environment,
    encoding: 'utf8',
  })
  return { ok: hook.status === 0, said: hook.stdout, file: readFileSync(join(ROOT, FOLDER, name), 'utf8') }
}

afterEach(() => {
  rmSync(join(ROOT, FOLDER), { recursive: true, force: true })
  rmSync(INDEX, { force: true })
})

const SLOW = { timeout: 60_000 }

test('good code passes, and is put in form', SLOW, () => {
  const { ok, said, file } = commit('good.ts', 'export const answer   = 42;\n')
  expect([ok, said]).toEqual([true, expect.stringContaining('staged files look right')])
  expect(file).toBe('export const answer = 42\n')
})

test('a promise that nobody waits for is kept back', SLOW, () => {
  const { ok, said } = commit(
    'floating.ts',
    'export const run = (): void => {\n  Promise.reject(new Error())\n}\n',
  )
  expect([ok, said]).toEqual([false, expect.stringContaining('no-floating-promises')])
})

test('what does not fit its type is kept back', SLOW, () => {
  const { ok, said } = commit('types.ts', "export const answer: number = 'no'\n")
  expect([ok, said]).toEqual([false, expect.stringContaining('TS2322')])
})

test.each([
  ['broken.json', '{ "a": }\n'],
  ['broken.yaml', 'a: [1\nb: }\n'],
])('%s is kept back', SLOW, (name, content) => {
  expect(commit(name, content)).toMatchObject({ ok: false, said: expect.stringContaining(name) as string })
})

test('conflict marks are kept back', SLOW, () => {
  expect(commit('conflict.txt', '<<<<<<< ours\na\n=======\nb\n>>>>>>> theirs\n').ok).toBe(false)
})
