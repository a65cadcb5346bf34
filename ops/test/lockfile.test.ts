import { expect, test } from 'vitest'
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
