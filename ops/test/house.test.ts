import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { describe, expect, test } from 'vitest'

const ROOT = join(import.meta.dirname, '../..')

/** docs/ARCHITECTURE.md draws these arrows; here they are kept. */
const ARROWS = {
  shared: [],
  db: ['shared'],
  server: ['db', 'shared'],
  jobs: ['db', 'shared'],
  client: ['server', 'shared'],
  e2e: ['db', 'shared'],
  ops: ['shared'],
} as const
type Workspace = keyof typeof ARROWS
const WORKSPACES = Object.keys(ARROWS) as Workspace[]

type Manifest = Partial<
  Record<'dependencies' | 'devDependencies' | 'optionalDependencies', Record<string, string>>
>
const manifestOf = (workspace: string) =>
  JSON.parse(readFileSync(join(ROOT, workspace, 'package.json'), 'utf8')) as Manifest & {
    workspaces?: string[]
  }

const sources = (folder: string): { path: string; text: string }[] =>
  readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(ts|tsx|mjs)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !/[\\/](node_modules|dist)[\\/]/.test(path) && !path.endsWith('.gen.ts'))
    .map((path) => ({ path: relative(ROOT, path).replaceAll('\\', '/'), text: readFileSync(path, 'utf8') }))

/** At the start of a line, so that a pattern or a message that speaks of importing is not one. */
const STATIC = /^\s*(?:import|export)\s+(type\s)?(?:[\w*{][^'"`;=]*?from\s*)?['"]([^'"\n]+)['"]/gm
const DYNAMIC = /\bimport\(\s*['"]([^'"\n]+)['"]\s*\)/g
const importsOf = (text: string) => [
  ...[...text.matchAll(STATIC)].map(([, type, from = '']) => ({ onlyTypes: type !== undefined, from })),
  ...[...text.matchAll(DYNAMIC)].map(([, from = '']) => ({ onlyTypes: false, from })),
]

const all = WORKSPACES.flatMap(sources)
const isTest = (path: string) => /\.test\.tsx?$|\/test\//.test(path)

test('there is something to look at', () => {
  expect(all.length).toBeGreaterThan(80)
  expect(manifestOf('.').workspaces).toEqual(WORKSPACES)
})

describe.each(WORKSPACES)('%s', (workspace) => {
  const allowed: readonly string[] = ARROWS[workspace]

  test('its package.json lists exactly its arrows', () => {
    const { dependencies = {}, devDependencies = {} } = manifestOf(workspace)
    const ours = Object.keys({ ...dependencies, ...devDependencies }).filter((name) =>
      name.startsWith('@latchkey/'),
    )
    expect(ours.sort()).toEqual(allowed.map((name) => `@latchkey/${name}`).sort())
  })

  test('its files import along its arrows, and only what its package.json names', () => {
    const manifest = manifestOf(workspace)
    const named = new Set(
      [manifest, manifestOf('.')].flatMap((one) =>
        Object.values(one).flatMap((list) => (typeof list === 'object' ? Object.keys(list) : [])),
      ),
    )
    for (const { path, text } of sources(workspace))
      for (const { from } of importsOf(text)) {
        if (from.startsWith('.')) expect(join(path, '..', from), path).toMatch(new RegExp(`^${workspace}/`))
        else if (!from.startsWith('node:') && !/^(virtual:|#)/.test(from))
          expect([...named], `${path} imports ${from}`).toContain(
            from
              .split('/')
              .slice(0, from.startsWith('@') ? 2 : 1)
              .join('/'),
          )
      }
  })
})

test('the client takes types from the server, and nothing else', () => {
  for (const { path, text } of sources('client'))
    for (const { from, onlyTypes } of importsOf(text))
      if (from.startsWith('@latchkey/server'))
        expect([from, onlyTypes], path).toEqual(['@latchkey/server/router', true])
})

test('what the client takes from shared, and what that takes, runs in a browser', () => {
  const reached = new Set<string>()
  const walk = (path: string): void => {
    const source = all.find((one) => one.path === path)
    if (!source || reached.has(path)) return
    reached.add(path)
    for (const { from, onlyTypes } of importsOf(source.text)) {
      expect(from.startsWith('node:') ? from : '', path).toBe('')
      if (from.startsWith('.') && !onlyTypes) walk(join(path, '..', from).replaceAll('\\', '/'))
    }
  }
  for (const { text } of sources('client/src'))
    for (const { from, onlyTypes } of importsOf(text))
      if (from.startsWith('@latchkey/shared/') && !onlyTypes)
        walk(`shared/src/${from.slice('@latchkey/shared/'.length)}.ts`)
  expect(reached.size).toBeGreaterThan(10)
})

describe('each thing has one room', () => {
  const outside = (what: RegExp, rooms: RegExp) =>
    all
      .filter(({ path, text }) => what.test(text) && !rooms.test(path) && !isTest(path))
      .map(({ path }) => path)

  test('M7, decision 7: Lucia and Arctic', () => {
    expect(outside(/from 'lucia'/, /^server\/src\/sessions\//)).toEqual([])
    expect(outside(/from 'arctic'/, /^server\/src\/oauth\/providers\//)).toEqual([])
  })

  test('process.env (house 1.11)', () => {
    const readers =
      /^\w+\/src\/config\/env\.ts$|^ops\/|^db\/src\/(provision|test-db)\.ts$|^server\/src\/thread-pool\.ts$|^client\/(vite\.config\.ts|build\/)|^e2e\//
    expect(outside(/process\.env|process\.loadEnvFile/, readers)).toEqual([])
  })

  test('the maker of logs, with its redactor (L2)', () => {
    expect(
      outside(/\bpino\(|console\.(log|info|warn|error)/, /^db\/src\/log\.ts$|^client\/|^e2e\/|^ops\//),
    ).toEqual([])
  })

  test('raw SQL (B17)', () => {
    expect(
      outside(
        /\bsql(<[^`]*>)?`|\bsql\.raw|\.query\(\s*['"`](select|insert|update|delete|create|grant)/i,
        /^db\/|^(ops|server)\/bench\//,
      ),
    ).toEqual([])
  })

  test('A8: a session is made in one file, for whom one policy has admitted', () => {
    expect(outside(/insertInto\('sessions'\)/, /^server\/src\/sessions\/sessions\.queries\.ts$/)).toEqual([])
    expect(outside(/as Entrant\b/, /^server\/src\/sessions\/admit\.ts$/)).toEqual([])
    expect(
      outside(/users\.status|\bstatus === 'suspended'/, /admit\.ts$|queries\.ts$|mutants\.ts$|^db\//),
    ).toEqual([])
  })

  test('M7: Redis', () => {
    expect(outside(/from 'ioredis'/, /^server\/src\/redis\.ts$/)).toEqual([])
    expect(outside(/from 'rate-limiter-flexible'/, /^server\/src\/counting\/counters\.ts$/)).toEqual([])
  })

  test('M7: SMTP', () => {
    expect(outside(/from 'nodemailer'/, /^jobs\/src\/mail\/smtp\.ts$/)).toEqual([])
  })

  test('transactions are opened by acts, not by queries (decision 15)', () => {
    expect(
      outside(
        /\.transaction\(\)/,
        /^db\/src\/(seed|grants|person|first-admin|undelivered)\.ts$|^e2e\/support\/set-scene\.ts$|^jobs\/bench\/|^(server|jobs)\/src\/[a-z]+\/(?!.*\.(queries|router))/,
      ),
    ).toEqual([])
  })

  test('each cookie has one file that writes it', () => {
    expect(
      outside(
        /Set-Cookie|stringifySetCookie|res\.cookie\(/,
        /^server\/src\/http\/(session-cookie|csrf|device-cookie)\.ts$/,
      ),
    ).toEqual([])
  })

  test('no drawer without a name', () => {
    expect(
      all.map(({ path }) => path).filter((path) => /\/(utils?|helpers?|misc|common)(\.|\/)/.test(path)),
    ).toEqual([])
  })
})
