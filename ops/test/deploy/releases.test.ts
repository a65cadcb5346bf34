import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Run, run } from '../../deeds/run.ts'
import { readReleases, type Release, writeReleases } from '../../deploy/releases.ts'
import { Unusable } from '../../unusable.ts'

const release = (letter: string): Release => ({
  ...{ commit: letter.repeat(40), tag: letter.repeat(12), head: '0001_people' },
  at: '2026-11-29T16:24:08.123Z',
})

let place: string
beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), 'latchkey-releases-'))
})
afterEach(() => rmSync(place, { recursive: true }))
const file = () => join(place, 'state/releases.json')
/** This machine plays the droplet. */
const there: { run: Run } = { run: (command, options) => run(command, { cwd: place, ...options }) }

test('nothing ran there only where there is no such file', async () => {
  expect(await readReleases(there)).toEqual([])
  await writeReleases(there, [release('a'), release('b')])
  expect(await readReleases(there)).toEqual([release('a'), release('b')])
})

test('a file that cannot be read, or holds something else, stops the run', async () => {
  mkdirSync(file(), { recursive: true })
  const unread = readReleases(there)
  await expect(unread).rejects.toThrow(Unusable)
  await expect(unread).rejects.toThrow(/releases\.json on the droplet cannot be read: .*directory\nNext: /i)
  rmSync(file(), { recursive: true })
  for (const text of ['', '[']) {
    writeFileSync(file(), text)
    await expect(readReleases(there)).rejects.toThrow(/is not what a deploy has written\.\nNext: /)
  }
})
