import { mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { publishAssets } from './assets.ts'

const build = mkdtempSync(join(tmpdir(), 'latchkey-build-'))
const shared = mkdtempSync(join(tmpdir(), 'latchkey-shared-'))
afterEach(() => {
  for (const folder of [build, shared]) for (const name of readdirSync(folder)) rmSync(join(folder, name))
})

const DAY_MS = 24 * 60 * 60 * 1000
function age(name: string, days: number): void {
  const then = new Date(Date.now() - days * DAY_MS)
  utimesSync(join(shared, name), then, then)
}

test('decision 30: the files of a build are added to those before it, and again changes nothing', async () => {
  writeFileSync(join(build, 'app-new.js'), 'new')
  writeFileSync(join(shared, 'app-old.js'), 'old')
  expect(await publishAssets(build, shared)).toEqual({ added: 1, removed: 0 })
  expect(await publishAssets(build, shared)).toEqual({ added: 0, removed: 0 })
  expect(readdirSync(shared).sort()).toEqual(['app-new.js', 'app-old.js'])
  expect(readFileSync(join(shared, 'app-new.js'), 'utf8')).toBe('new')
})

test('decision 30: what no build of the last 30 days had is removed; what this one has stays, however old', async () => {
  for (const name of ['app-young.js', 'app-ancient.js', 'app-ours.js', 'app-half.js.part'])
    writeFileSync(join(shared, name), name)
  writeFileSync(join(build, 'app-ours.js'), 'app-ours.js')
  age('app-young.js', 29)
  for (const name of ['app-ancient.js', 'app-ours.js', 'app-half.js.part']) age(name, 31)
  expect(await publishAssets(build, shared)).toEqual({ added: 0, removed: 2 })
  expect(readdirSync(shared).sort()).toEqual(['app-ours.js', 'app-young.js'])
})
