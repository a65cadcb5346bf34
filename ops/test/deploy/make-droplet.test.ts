import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { digitalOcean } from '../../deeds/droplet-provider.ts'
import { openRemoteShell } from '../../deeds/remote-shell.ts'
import { EXIT, exitCodeOf } from '../../deploy/exit-codes.ts'
import { openMeans } from '../../deploy/means.ts'
import { findPlace, type Place } from '../../deploy/place.ts'
import { progressOn } from '../../deploy/progress.ts'
import { type Given, TOOL } from '../../deploy/tool.ts'
import { readFlags } from '../../flags.ts'
import { readSettings } from '../../settings.ts'
import { canBeFresh, type FreshDroplet, openFreshDroplet } from './fresh-droplet.ts'
import { hasSshd } from './sshd.ts'

const BASE = {
  ...{ ENV: 'staging', WEBSITE_DOMAIN: 'product.example.com', ACME_EMAIL: 'ops@example.com' },
  DEPLOY_REPOSITORY: '/nowhere/origin.git',
}

describe.skipIf(!hasSshd || !canBeFresh)(
  'R2: --full, from nothing to a droplet (openssh-server, root)',
  { timeout: 60_000 },
  () => {
    let droplet: FreshDroplet
    let home: string
    beforeEach(async () => {
      droplet = await openFreshDroplet()
      home = mkdtempSync(join(tmpdir(), 'latchkey-memory-'))
    })
    afterEach(async () => {
      await droplet.close()
      rmSync(home, { recursive: true })
    })
    const memoryFile = () => join(home, 'deploy.state.json')
    const memory = () => JSON.parse(readFileSync(memoryFile(), 'utf8')) as Record<string, string>

    async function place(
      argv = ['--full'],
      change: Record<string, string | undefined> = {},
      isKilled = false,
    ): Promise<Place> {
      const given = readFlags(TOOL, argv) as Given
      const settings = readSettings({ ...BASE, ...droplet.settings, ...change })
      if (!settings.ok) throw new Error(settings.problems.join())
      const read = {
        settings: settings.settings,
        processSettings: {},
        settingsFile: '',
        envFile: '',
        memoryFile: memoryFile(),
      }
      const opened = await openMeans(read, () => {})
      const { DO_API_TOKEN: token, DO_API_URL: url } = read.settings
      // The cloud of the tests needs no time.
      const means = { ...opened, provider: token && digitalOcean({ url, token, pace: async () => {} }) }
      const killed = { ...means, openShell: () => Promise.reject(new Error('killed')) }
      return findPlace(given, read, {
        means: isKilled ? killed : means,
        progress: progressOn({ write: () => {} }),
      })
    }
    const failure = (deed: Promise<unknown>): Promise<Error> =>
      deed.then(
        () => expect.unreachable('it went well'),
        (error: Error) => error,
      )
    const posts = () =>
      droplet.cloud.asked
        .filter(({ method }) => method !== 'GET')
        .map(({ method, path }) => `${method} ${path}`)
    const reach = async (hostKey: string | undefined) => {
      await using shell = await openRemoteShell({ ...droplet.sshd.target, hostKey })
      return await shell.reach()
    }

    test('it is made, signed in to with the key that went along, and given a key of its own', async () => {
      const made = await place()
      expect(made).toMatchObject({ address: '127.0.0.1', mode: 'full', reason: '--full was given' })
      expect(posts()).toContain('POST /v2/droplets')
      const { user_data: userData } = droplet.cloud.state.droplets[0] as unknown as { user_data: string }
      const { ssh_keys: first } = JSON.parse(userData.replace('#cloud-config\n', '')) as {
        ssh_keys: Record<string, string>
      }
      const known = memory()
      expect(Object.keys(known).sort()).toEqual(['address', 'hostKey'])
      expect(known['hostKey']).not.toBe(first['ed25519_public'])
      expect(await reach(known['hostKey'])).toEqual({ ok: true })
      expect(await reach(first['ed25519_public'])).toMatchObject({ ok: false, why: 'host-key-changed' })
      expect(readFileSync(memoryFile(), 'utf8')).not.toContain('PRIVATE')
      expect(statSync(memoryFile()).mode & 0o777).toBe(0o600)
      expect(existsSync(droplet.settings['DEPLOY_PATH'] ?? '')).toBe(true)
    })

    test('a second time nothing is made, and without --full it is found again without the cloud', async () => {
      await place()
      const before = posts().length
      expect((await place()).address).toBe('127.0.0.1')
      expect(posts().length).toBe(before)
      expect(await place([], { DO_API_TOKEN: undefined })).toMatchObject({
        ...{ address: '127.0.0.1', mode: 'update-only' },
        reason: 'there is an environment at 127.0.0.1',
      })
    })

    test('R4: where nothing is found it is made without being asked for by name', async () => {
      expect(await place(['--all-tests'], { WEBSITE_DOMAIN: 'nobody.invalid' })).toMatchObject({
        ...{ mode: 'full', reason: 'no environment was found' },
      })
    })

    test.each([['--full'], ['--update-only']])(
      'killed before the first sign-in, %s goes on from there with the same key',
      async (flag) => {
        expect((await failure(place(['--full'], {}, true))).message).toBe('killed')
        const first = memory()['firstKey']
        expect(first).toMatch(/^ssh-ed25519 /)
        expect((await place([flag])).address).toBe('127.0.0.1')
        expect(memory()['firstKey']).toBeUndefined()
        expect(droplet.cloud.state.droplets).toHaveLength(1)
      },
    )

    test('R6: without a token, with a wrong one and without a key file: code 3, and nobody is asked to make anything', async () => {
      const cases: Record<string, string | undefined>[] = [
        { DO_API_TOKEN: undefined },
        { DO_API_TOKEN: 'dop_v1_of_somebody_else' },
        { DEPLOY_SSH_KEY_FILE: undefined },
        { DEPLOY_SSH_KEY_FILE: '/nowhere/key' },
      ]
      for (const change of cases)
        expect(exitCodeOf(await failure(place(['--full'], change)))).toBe(EXIT.credentials)
      expect(posts()).toEqual([])
    })

    test('O3: the key of another droplet is not believed for a new one, and one without a known key is not signed in to', async () => {
      const other = { DEPLOY_HOST_KEY: droplet.sshd.target.hostKey }
      expect((await failure(place(['--full'], other))).message).toContain('the new one will have its own')
      expect(posts()).toEqual([])
      await place()
      rmSync(memoryFile())
      const failed = await failure(place())
      expect([exitCodeOf(failed), failed.message]).toEqual([
        EXIT.credentials,
        expect.stringContaining('its host key is not known here'),
      ])
    })

    test('DEPLOY_HOST of somewhere else is not deployed to by mistake', async () => {
      expect((await failure(place(['--full', '--host', '192.0.2.9']))).message).toContain(
        'DEPLOY_HOST says 192.0.2.9',
      )
    })
  },
)
