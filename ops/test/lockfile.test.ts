import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { isSatisfied } from '../launch/lockfile.mjs'

const platform = { os: 'linux', cpu: 'x64', libc: 'glibc' } as const
const satisfied = (wanted: object, installed: object) =>
  isSatisfied({ '': { version: '1.0.0' }, ...wanted }, { ...installed }, platform)

test('what is installed as wanted is enough, and more than wanted does no harm', () => {
  expect(
    satisfied({ 'node_modules/a': { version: '1.0.0' } }, { 'node_modules/a': { version: '1.0.0' } }),
  ).toBe(true)
  expect(satisfied({}, { 'node_modules/b': { version: '1.0.0' } })).toBe(true)
})

test('a package that is missing or of another version is not', () => {
  expect(satisfied({ 'node_modules/a': { version: '1.0.0' } }, {})).toBe(false)
  expect(
    satisfied({ 'node_modules/a': { version: '1.0.1' } }, { 'node_modules/a': { version: '1.0.0' } }),
  ).toBe(false)
  expect(satisfied({ 'node_modules/w': { link: true } }, { 'node_modules/w': { version: '1.0.0' } })).toBe(
    false,
  )
})

test.each([
  [{ os: ['darwin'], cpu: ['x64'] }, true],
  [{ os: ['linux'], cpu: ['arm64'] }, true],
  [{ os: ['linux'], cpu: ['x64'], libc: ['musl'] }, true],
  [{}, true],
  [{ os: ['linux'], cpu: ['x64'] }, false],
  [{ os: ['linux'], cpu: ['x64'], libc: ['glibc'] }, false],
])('an optional package for %j may be missing here: %s', (where, may) => {
  expect(satisfied({ 'node_modules/native': { version: '1.0.0', optional: true, ...where } }, {})).toBe(may)
})

describe('what is installed', () => {
  type Entry = { link?: true; dev?: true; integrity?: string; hasInstallScript?: true }
  const read = (path: string): unknown =>
    JSON.parse(readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8'))
  const { packages } = read('package-lock.json') as { packages: Record<string, Entry> }
  const { allowScripts } = read('package.json') as { allowScripts: Record<string, boolean> }
  const foreign = Object.entries(packages).filter(
    ([path, { link }]) => path.includes('node_modules/') && !link,
  )
  const nameOf = (path: string) => path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length)

  test('M1: every package has a strong hash', () => {
    expect(foreign.length).toBeGreaterThan(100)
    const weak = foreign.filter(([, { integrity = '' }]) => !integrity.startsWith('sha512-'))
    expect(weak.map(([path]) => path)).toEqual([])
  })

  test('M3: those with scripts of their own are those on the list, and no others', () => {
    const withScripts = foreign.filter(([, { hasInstallScript }]) => hasInstallScript)
    expect([...new Set(withScripts.map(([path]) => nameOf(path)))].sort()).toEqual(
      Object.keys(allowScripts).sort(),
    )
  })

  test('M8: at most 250 are not for development alone', () => {
    expect(foreign.filter(([, { dev }]) => !dev).length).toBeLessThanOrEqual(250)
  })
})
