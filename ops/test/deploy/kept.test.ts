import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { run } from '../../deeds/run.ts'
import type { Ground } from '../../deploy/ground.ts'
import { bringAllBack, bringSettingsBack, forgetKept, keep } from '../../deploy/kept.ts'
import { progressOn } from '../../deploy/progress.ts'
import type { Release } from '../../deploy/releases.ts'
import { readSettings } from '../../settings.ts'

const release = (letter: string, at = '2026-11-29T16:24:08.123Z'): Release => ({
  ...{ commit: letter.repeat(40), tag: letter.repeat(12), head: '0001_people', at },
})
const [A, B] = [release('a'), release('b')]

let place: string
beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), 'latchkey-kept-'))
  write('.env', "IMAGE_TAG='a'\n", 0o600)
  write('traefik/rendered/traefik.yml', 'fixed of a', 0o644)
  write('traefik/rendered/dynamic/routers.yml', 'routers of a', 0o644)
  write('secrets/admin_basic_auth', 'admin of a', 0o444)
  write('secrets/session_secret', 'never touched', 0o444)
})
afterEach(() => rmSync(place, { recursive: true }))
function write(path: string, text: string, mode: number): void {
  mkdirSync(dirname(join(place, path)), { recursive: true })
  rmSync(join(place, path), { force: true })
  writeFileSync(join(place, path), text, { mode })
}
const read = (path: string) => readFileSync(join(place, path), 'utf8')

/** This machine plays the droplet. */
function ground(): Ground {
  const settings = readSettings({
    ...{ ENV: 'staging', WEBSITE_DOMAIN: 'example.com', ACME_EMAIL: 'ops@example.com' },
  })
  if (!settings.ok) throw new Error(settings.problems.join('\n'))
  return {
    settings: settings.settings,
    run: (command, options) => run(command, { cwd: place, ...options }),
    progress: progressOn({ write: () => {} }),
    processSettings: { LOG_LEVEL: 'debug' },
    typedHost: undefined,
    hide: () => {},
    stop: new AbortController().signal,
  }
}
function replaceAll(): void {
  write('.env', "IMAGE_TAG='b'\n", 0o600)
  write('traefik/rendered/traefik.yml', 'fixed of b', 0o644)
  write('traefik/rendered/dynamic/routers.yml', 'routers of b', 0o644)
  write('traefik/rendered/dynamic/more.yml', 'only of b', 0o644)
  write('secrets/admin_basic_auth', 'admin of b', 0o444)
}

describe('what a release ran with', () => {
  test('is there again whole, in the folder that Traefik watches, and what came later is gone', async () => {
    await keep(ground(), A, 'once')
    const watched = statSync(join(place, 'traefik/rendered/dynamic')).ino
    replaceAll()
    await bringAllBack(ground(), A)
    expect([read('.env'), read('secrets/admin_basic_auth')]).toEqual(["IMAGE_TAG='a'\n", 'admin of a'])
    expect(read('traefik/rendered/traefik.yml')).toBe('fixed of a')
    expect(read('traefik/rendered/dynamic/routers.yml')).toBe('routers of a')
    expect(existsSync(join(place, 'traefik/rendered/dynamic/more.yml'))).toBe(false)
    expect(statSync(join(place, 'traefik/rendered/dynamic')).ino).toBe(watched)
    const modes = ['.env', 'traefik/rendered/traefik.yml', 'secrets/admin_basic_auth', 'state/kept']
    expect(modes.map((path) => (statSync(join(place, path)).mode & 0o777).toString(8))).toEqual([
      ...['600', '644', '444', '700'],
    ])
  })

  test('is not what a run that was broken off has left: what is kept stays, until another is recorded', async () => {
    await keep(ground(), A, 'once')
    replaceAll()
    await keep(ground(), A, 'once')
    await bringAllBack(ground(), A)
    expect(read('traefik/rendered/traefik.yml')).toBe('fixed of a')
    replaceAll()
    await keep(ground(), A, 'anew')
    await bringAllBack(ground(), A)
    expect(read('traefik/rendered/traefik.yml')).toBe('fixed of b')
  })

  test('that was not kept cannot be brought back, and nothing is changed', async () => {
    await expect(bringAllBack(ground(), B)).rejects.toThrow(/cannot be brought back \(code 1\)/)
    expect(read('traefik/rendered/traefik.yml')).toBe('fixed of a')
  })

  test('is forgotten with the release; no secret of it lies outside of secrets/', async () => {
    const again = release('a', '2026-11-29T17:00:00.000Z')
    for (const one of [A, again, B]) await keep(ground(), one, 'anew')
    expect(existsSync(join(place, 'state/kept/aaaaaaaaaaaa-20261129T162408Z/secrets'))).toBe(false)
    await forgetKept(ground(), [again, B])
    for (const room of ['state', 'secrets']) {
      const names = (await run(['ls', join(place, room, 'kept')])).stdout.trim().split('\n')
      expect(names).toEqual(['aaaaaaaaaaaa-20261129T170000Z', 'bbbbbbbbbbbb-20261129T162408Z'])
    }
  })

  test('by hand: the settings are those of then, and the edge with what the servers are told of it stays', async () => {
    write(
      '.env',
      "IMAGE_TAG='a'\nLOG_LEVEL='warn'\nEDGE_STAMP='then'\nALLOWED_HOSTS='old.example.com'\n",
      0o600,
    )
    await keep(ground(), A, 'once')
    replaceAll()
    write('.env', "IMAGE_TAG='b'\nEDGE_STAMP='now'\n", 0o600)
    await bringSettingsBack(ground(), A)
    expect(read('.env')).toBe("IMAGE_TAG='a'\nLOG_LEVEL='warn'\nEDGE_STAMP='now'\n")
    expect(read('traefik/rendered/traefik.yml')).toBe('fixed of b')
  })

  test('by hand, where nothing was kept: the settings of today for its image', async () => {
    write('.env', "IMAGE_TAG='b'\nEDGE_STAMP='now'\n", 0o600)
    await bringSettingsBack(ground(), A)
    expect(read('.env')).toContain("LOG_LEVEL='debug'\n")
    expect(read('.env')).toContain("IMAGE_TAG='aaaaaaaaaaaa'\nEDGE_STAMP='now'\n")
  })
})
