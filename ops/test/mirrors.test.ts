import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ENV_KEYS, readEnv } from '@latchkey/shared/env'

const ROOT = join(import.meta.dirname, '../..')
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8')
const exampleKeys = [...read('.env.example').matchAll(/^#? ?([A-Z][A-Z0-9_]+)=/gm)].map(([, key]) => key)

test('A1: .env.example lists every setting, and no other', () => {
  expect([...new Set(exampleKeys)].sort()).toEqual([...ENV_KEYS].sort())
  expect(exampleKeys).toHaveLength(ENV_KEYS.length)
})

test('A1: .env.example works as it is: what it sets breaks nothing', () => {
  const lines = read('.env.example').matchAll(/^([A-Z][A-Z0-9_]+)=(.*)$/gm)
  const source = Object.fromEntries(
    [...lines].map(([, key = '', value = '']): [string, string] => [key, value]),
  )
  const problems = readEnv(source)
  expect(problems.ok ? [] : problems.problems.filter((problem) => !problem.endsWith('is missing'))).toEqual(
    [],
  )
})

test('docs/CONFIG.md explains every setting, and no other', () => {
  const documented = [...read('docs/CONFIG.md').matchAll(/^\| `([A-Z][A-Z0-9_]+)` \|/gm)].map(
    ([, key]) => key,
  )
  expect(documented.sort()).toEqual([...ENV_KEYS].sort())
})

test('the client has a sentence for every event that the audit remembers, and for no other', () => {
  const namesIn = (path: string) =>
    [...read(path).matchAll(/^ {2}'([a-z_]+\.[a-z_]+)':/gm)].map(([, name]) => name).sort()
  const remembered = namesIn('db/src/audit.ts')
  expect(remembered).toContain('user.login')
  expect(namesIn('client/src/features/account/event-words.ts')).toEqual(remembered)
})

test('docs/STACK.md says why each dependency is there', () => {
  const workspaces = ['.', 'shared', 'db', 'server', 'jobs', 'client', 'e2e', 'ops']
  const used = workspaces.flatMap((workspace) => {
    const { dependencies, devDependencies, optionalDependencies } = JSON.parse(
      read(join(workspace, 'package.json')),
    ) as Record<string, Record<string, string> | undefined>
    return Object.keys({ ...dependencies, ...devDependencies, ...optionalDependencies })
  })
  const foreign = [...new Set(used)].filter((name) => !name.startsWith('@latchkey/'))
  const explained = [...read('docs/STACK.md').matchAll(/^\| `([^`]+)`(?:, `([^`]+)`)*/gm)].flatMap(([line]) =>
    [...line.matchAll(/`([^`]+)`/g)].map(([, name]) => name),
  )
  expect(explained.sort()).toEqual(foreign.sort())
})

test('decision 4: one Node everywhere', () => {
  const { optionalDependencies } = JSON.parse(read('package.json')) as {
    optionalDependencies: Record<string, string>
  }
  expect(new Set(Object.values(optionalDependencies))).toEqual(new Set([process.versions.node]))
})

test('README’s table of commands names scripts that there are, and every check that is run by hand', () => {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> }
  const table = read('README.md').split('\n## Commands\n')[1]?.split('\n## ')[0] ?? ''
  const named = [...table.matchAll(/`npm (?:run )?([\w:-]+)/g)].map(([, name]) => name)
  expect(Object.keys(scripts)).toEqual(expect.arrayContaining(named))
  expect(named).toEqual(
    expect.arrayContaining(Object.keys(scripts).filter((name) => name.startsWith('check'))),
  )
})
