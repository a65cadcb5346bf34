import {
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { afterEach, describe, expect, test } from 'vitest'
import { findFolder, openFolder, openRunFolder, ROOMS } from '../../artifacts.ts'
import { openScrubber } from '../../scrub.ts'
import { aPlace } from './run-folder.ts'

const scrubber = openScrubber(['hunter2-hunter2'])
const modeOf = (path: string): string => (statSync(path).mode & 0o777).toString(8)
const open = (base: string, timestamped = true, now = new Date('2026-11-22T00:50:00Z')) =>
  openRunFolder({ base, host: 'example.com:8443', timestamped, scrubber, now })

describe('O10: whatever the umask, files are 0600 in folders that are 0700', () => {
  const before = process.umask()
  afterEach(() => void process.umask(before))

  test.each([0o000, 0o022, 0o077, 0o777])('umask %o', async (umask) => {
    const base = aPlace()
    process.umask(umask)
    const folder = await open(base)
    await folder.write('meta/a.json', { a: 1 })
    await folder.pour('server/log.txt', Readable.from(['a line\n']))
    expect(modeOf(folder.path)).toBe('700')
    for (const room of ROOMS) expect([room, modeOf(join(folder.path, room))]).toEqual([room, '700'])
    for (const file of await folder.files())
      expect([file, modeOf(join(folder.path, file))]).toEqual([file, '600'])
    expect(await folder.files()).toEqual(['meta/a.json', 'server/log.txt'])
  })
})

test('O10: a folder that others could read is closed when it is used again', async () => {
  const base = aPlace()
  const { path } = await open(base)
  const { chmodSync } = await import('node:fs')
  chmodSync(join(path, 'meta'), 0o777)
  await open(base, false)
  expect(modeOf(join(path, 'meta'))).toBe('700')
})

describe('O10: a planted link is refused, and what it points at stays as it is', () => {
  const plant = (path: string, what: 'file' | 'folder') => {
    const target = join(aPlace(), 'target')
    if (what === 'file') writeFileSync(target, 'mine')
    else mkdirSync(target)
    symlinkSync(target, path)
    return target
  }

  test('in the place of a file', async () => {
    const folder = await open(aPlace())
    const target = plant(join(folder.path, 'meta/a.json'), 'file')
    await expect(folder.write('meta/a.json', 'theirs')).rejects.toThrow(/is a link.*\nNext: /)
    await expect(folder.pour('meta/a.json', Readable.from(['theirs']))).rejects.toThrow(/is a link/)
    await expect(folder.forget(['meta/a.json'])).rejects.toThrow(/is a link/)
    expect(readFileSync(target, 'utf8')).toBe('mine')
    expect(readdirSync(join(folder.path, 'meta'))).toEqual(['a.json'])
  })

  test('in the place of a room, of the run folder, and of the folder of all runs', async () => {
    const base = aPlace()
    const { path } = await open(base)
    const { rmSync } = await import('node:fs')
    rmSync(join(path, 'meta'), { recursive: true })
    const target = plant(join(path, 'meta'), 'folder')
    await expect(open(base, false)).rejects.toThrow(/meta is a link/)
    rmSync(path, { recursive: true })
    plant(path, 'folder')
    await expect(open(base, false)).rejects.toThrow(/is a link/)
    plant(join(base, 'runs'), 'folder')
    await expect(open(join(base, 'runs'))).rejects.toThrow(/runs is a link/)
    expect(readdirSync(target)).toEqual([])
  })
})

test('a file stays inside its run folder', async () => {
  const folder = await open(aPlace())
  for (const file of ['../out.txt', '/etc/out.txt', 'meta/../../out.txt'])
    await expect(folder.write(file, 'x')).rejects.toThrow(/not inside the run folder/)
})

test('R9: --timestamped makes a folder of its own; else the last one of this host is used again', async () => {
  const base = aPlace()
  const first = await open(base)
  expect(first.path).toBe(join(base, 'example.com-8443-20261122T005000Z'))
  const second = await open(base, true, new Date('2026-11-23T00:00:00Z'))
  expect(second.path).not.toBe(first.path)
  mkdirSync(join(base, 'example.com-8443-9-20991122T005000Z'))
  expect((await open(base, false)).path).toBe(second.path)
  const other = await openRunFolder({ base, host: '../2001:db8::1', timestamped: false, scrubber })
  expect(other.path).toMatch(/2001-db8--1-\d{8}T\d{6}Z$/)
  expect(lstatSync(other.path).isDirectory()).toBe(true)
  expect(other.path.startsWith(base)).toBe(true)
})

test('what is written went through the scrubber, and what an earlier run left can be forgotten', async () => {
  const folder = await openFolder(join(aPlace(), 'run'), scrubber)
  await folder.write('meta/a.txt', 'the password is hunter2-hunter2')
  await folder.write('meta/b.json', { password: 'unknown to all', said: ['hunter2-hunter2'] })
  expect(await folder.read('meta/a.txt')).toBe('the password is [REDACTED]')
  expect(JSON.parse((await folder.read('meta/b.json')) ?? '')).toEqual({
    password: '[REDACTED]',
    said: ['[REDACTED]'],
  })
  await folder.forget(['meta/a.txt', 'meta/never.txt'])
  expect(await folder.files()).toEqual(['meta/b.json'])
})

test('a folder that is only looked at is not made', async () => {
  const place = aPlace()
  await expect(findFolder(join(place, 'nowhere'), scrubber)).rejects.toThrow(/is no run folder/)
  expect(readdirSync(place)).toEqual([])
})
