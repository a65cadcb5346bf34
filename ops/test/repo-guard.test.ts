import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { makeCertificate } from '@latchkey/shared/certificate'
import { repositoryFindings } from '../checks/repository.ts'
import { trackedFiles } from '../checks/tracked-files.ts'
import { run } from '../deeds/run.ts'

const ROOT = join(import.meta.dirname, '../..')
const all = mkdtempSync(join(tmpdir(), 'latchkey-guard-'))
afterAll(() => rmSync(all, { recursive: true }))
let round = 0

const SOUND = {
  '.gitignore': [
    '.env',
    'deploy.env',
    '/secrets/',
    'docker-compose*',
    '*.exe',
    'local_run_logs/',
    'node_modules/',
  ].join('\n'),
  '.gitattributes': '* text=auto eol=lf\n',
  'compose.yaml': 'services: {}\n',
  '.env.example': '# ENV=local\n',
  'package-lock.json': '{"packages":{"a":{"version":"1.0.0"}}}',
}

function repositoryOf(files: Record<string, string>, executables: string[] = []): string {
  const root = join(all, String((round += 1)))
  for (const [path, text] of Object.entries({ ...SOUND, ...files })) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
    chmodSync(join(root, path), executables.includes(path) ? 0o755 : 0o644)
  }
  for (const words of [
    ['init', '-q'],
    ['add', '--force', '--all'],
  ])
    spawnSync('git', words, { cwd: root })
  return root
}
const told = async (root: string) =>
  repositoryFindings(await trackedFiles(root, run)).map(({ where, what }) => `${where}: ${what}`)

/** A copy that a check made of the files has no history, and tracks nothing. */
test.runIf(existsSync(join(ROOT, '.git')))(
  'U4: this repository tracks nothing that it should not',
  async () => {
    expect(await told(ROOT)).toEqual([])
  },
)

const { key } = makeCertificate({ names: ['x'], from: new Date(), until: new Date() })
const hex = '0123456789abcdef'.repeat(4)
const letters = 'abcdefghijklmnopqrstuvwxyz0123456789'
const broken: [string, Record<string, string>, string[], RegExp][] = [
  [
    'a second compose file',
    { 'docker-compose.yml': '' },
    [],
    /^docker-compose.yml: is a second compose file/,
  ],
  ['one in a room', { 'ops/docker-compose.dev.yaml': '' }, [], /^ops\/docker-compose.dev.yaml: is a second/],
  ['a program', { 'tools/setup.EXE': 'MZ' }, [], /setup.EXE: is a program/],
  ['an executable at the root', { 'run.sh': '#!/bin/sh\n' }, ['run.sh'], /^run.sh: can be executed/],
  ['more than 5 MB', { 'data/film.bin': 'x'.repeat(5 * 1024 * 1024 + 1) }, [], /is larger than 5 MB/],
  ['.env', { '.env': 'A=1\n' }, [], /^.env: is for secrets/],
  ['.env of another kind', { 'server/.env.prod': 'A=1\n' }, [], /^server\/.env.prod: is for secrets/],
  ['deploy.env', { 'deploy.env': 'A=1\n' }, [], /^deploy.env: is for secrets/],
  ['a secret', { 'secrets/session_secret': 'x' }, [], /^secrets\/session_secret: is for secrets/],
  ['a key by its name', { 'ops/host.pem': 'x' }, [], /is a key by its name/],
  ['a key of SSH', { 'home/id_ed25519': 'x' }, [], /is a key by its name/],
  ['a private key', { 'docs/notes.md': `so:\n${key}` }, [], /notes.md: holds a private key/],
  ['a token of the cloud', { 'a.ts': `const t = 'dop_v1_${hex}'` }, [], /holds a token of DigitalOcean/],
  ['a key of AWS', { 'a.ts': ['AKIA', 'ABCDEFGH23456789'].join('') }, [], /holds a key of AWS/],
  ['a token of GitHub', { 'a.ts': `ghp_${letters}` }, [], /holds a token of GitHub/],
  ['a token of npm', { 'a.ts': `npm_${letters}` }, [], /holds a token of npm/],
  ['a signed token', { 'a.ts': `eyJ${letters}.eyJ${letters}.${letters}` }, [], /holds a signed token/],
  [
    'a registry in the lockfile',
    { 'package-lock.json': '{ "a": { "resolved": "https://registry.example/a.tgz" } }' },
    [],
    /^package-lock.json: names a registry/,
  ],
  [
    'a registry in settings',
    { '.npmrc': 'registry=https://registry.example/\n' },
    [],
    /^.npmrc: names a registry/,
  ],
  ['no guard for .env', { '.gitignore': 'node_modules/\n' }, [], /^.gitignore: does not keep .env out/m],
  ['no word on line ends', { '.gitattributes': '*.png binary\n' }, [], /^.gitattributes: does not say/],
]
test.each(broken)('U4: %s is found', async (_, files, executables, says) => {
  expect((await told(repositoryOf(files, executables))).join('\n')).toMatch(says)
})

test('U4: what is like them and is none passes', async () => {
  const fine = {
    'ops/run.sh': '#!/bin/sh\n',
    'ops/secrets/recipes.ts': 'export {}\n',
    'docs/keys.md': '-----BEGIN PRIVATE KEY-----\n…\ndop_v1_0123456789abcdef\n',
    'package-lock.json': '{ "a": { "resolved": "shared", "link": true } }',
    '.npmrc': 'engine-strict=true\n# registry=x\n',
    'data/large.bin': 'x'.repeat(5 * 1024 * 1024),
  }
  const root = repositoryOf(fine, ['ops/run.sh'])
  symlinkSync('/nowhere', join(root, 'link.exe'))
  spawnSync('git', ['add', '--force', 'link.exe'], { cwd: root })
  expect(await told(root)).toEqual([])
})

test('U4: what is not tracked is nobody’s business', async () => {
  const root = repositoryOf({})
  writeFileSync(join(root, '.env'), 'A=1\n')
  expect(await told(root)).toEqual([])
})

test('U4: npm run repo-guard says it to a program, and fails', () => {
  const tool = join(import.meta.dirname, '../repo-guard.ts')
  const guard = (root: string) =>
    spawnSync(process.execPath, [tool, '--json', '--root', root], { encoding: 'utf8' })
  const bad = guard(repositoryOf({ '.env': 'A=1\n' }))
  expect([bad.status, JSON.parse(bad.stdout)]).toEqual([
    1,
    expect.objectContaining({ ok: false, findings: [expect.objectContaining({ where: '.env' })] }),
  ])
  expect(guard(repositoryOf({})).status).toBe(0)
  const nowhere = guard(all)
  expect([nowhere.status, nowhere.stdout]).toEqual([1, expect.stringContaining('no git repository')])
})
