import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { makeHostKey, publicKeyOf } from '../../commands/droplet.ts'
import { readFile } from '../../commands/files.ts'
import { openRemoteShell } from '../../deeds/remote-shell.ts'
import { type Run, run } from '../../deeds/run.ts'
import { firstHostKey, renewHostKey } from '../../deploy/host-key.ts'
import { userDataOf } from '../../deploy/user-data.ts'
import { spyOn } from './spy.ts'
import { hasSshd, openTestSshd } from './sshd.ts'

let kept: string[] = []
const pin = () => ({ line: kept.at(-1), keep: async (line: string) => void kept.push(line) })
beforeEach(() => {
  kept = []
})

describe('O3: a droplet that was just made is known by its key as well', () => {
  test('its first key is made here, travels in its user data, and is left nowhere', async () => {
    const place = await mkdtemp(join(tmpdir(), 'latchkey-first-key-'))
    vi.stubEnv('TMPDIR', place)
    onTestFinished(() => {
      vi.unstubAllEnvs()
      rmSync(place, { recursive: true })
    })
    const spy = spyOn(run)
    const [one, other] = [await firstHostKey(spy.run), await firstHostKey(run)]
    expect(one.line).toMatch(/^ssh-ed25519 [A-Za-z0-9+/]{68}$/)
    expect(one.line).not.toBe(other.line)
    expect(readdirSync(place)).toEqual([])
    expect(JSON.stringify([one, spy.seen])).not.toContain('PRIVATE KEY')
  })

  test('the user data says so in a form that nothing can break out of', async () => {
    const key = await firstHostKey(run)
    const about = { image: 'debian-13-x64', hostKey: key, user: 'deploy', publicKey: 'ssh-ed25519 AAAA one' }
    const data = userDataOf(about)
    const [head, ...rest] = data.reveal().split('\n')
    expect(head).toBe('#cloud-config')
    expect(JSON.parse(rest.join('\n'))).toMatchObject({
      packages: expect.arrayContaining(['docker.io', 'git']) as unknown,
      ssh_pwauth: false,
      ssh_keys: { ed25519_private: key.privateKey.reveal(), ed25519_public: key.line },
      users: [
        'default',
        { name: 'deploy', groups: ['docker'], ssh_authorized_keys: ['ssh-ed25519 AAAA one'] },
      ],
    })
    expect(userDataOf({ ...about, user: 'root' }).reveal()).not.toContain('users')
    expect(String(data) + JSON.stringify({ data })).not.toContain('PRIVATE KEY')
  })

  test.skipIf(!hasSshd)(
    'it is renewed there, and kept here before it is in force (openssh-server)',
    async () => {
      const sshd = await openTestSshd()
      try {
        await using shell = await openRemoteShell(sshd.target)
        const hostKey = await renewHostKey(shell.run, pin(), sshd.hostKeyFile)
        expect(kept).toEqual([hostKey])
        expect((await shell.run(readFile(`${sshd.hostKeyFile}.pub`))).stdout).toContain(hostKey)
        await sshd.restart()
        await using again = await openRemoteShell({ ...sshd.target, hostKey })
        expect(await again.reach()).toEqual({ ok: true })
        await using old = await openRemoteShell(sshd.target)
        expect(await old.reach()).toMatchObject({ why: 'host-key-changed' })
      } finally {
        await sshd.close()
      }
    },
  )
})

describe('R32: the renewal of a host key that is broken off', () => {
  let home: string
  let file: string
  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), 'latchkey-renewal-'))
    file = join(home, 'key')
    await run(makeHostKey(file))
  })
  afterEach(() => rm(home, { recursive: true, force: true }))

  const inForce = async () => (await run(publicKeyOf(file))).stdout.split(' ').slice(0, 2).join(' ').trim()

  /** Does so many commands and no more. */
  function tired(commands: number): Run {
    let left = commands
    return (command, options) => {
      if (left === 0) return Promise.reject(new Error('killed'))
      left -= 1
      return run(command, options)
    }
  }

  async function expectRenewed(first: string): Promise<void> {
    const line = await renewHostKey(run, pin(), file)
    expect(await inForce()).toBe(line)
    expect(kept.at(-1)).toBe(line)
    expect(line).not.toBe(first)
    expect(readFileSync(`${file}.pub`, 'utf8')).toContain(line)
    expect(readdirSync(home).sort()).toEqual(['key', 'key.pub'])
  }

  test('after each of its commands: the one in force is written down at every moment, and the next run ends it', async () => {
    for (let commands = 0; ; commands += 1) {
      rmSync(file)
      rmSync(`${file}.pub`)
      await run(makeHostKey(file))
      const first = await inForce()
      kept = []
      const isDone = await renewHostKey(tired(commands), pin(), file).then(
        () => true,
        () => false,
      )
      expect([first, ...kept]).toContain(await inForce())
      await expectRenewed(first)
      if (isDone) return expect(commands).toBeGreaterThan(6)
    }
  })

  test('while ssh-keygen was at it: half a pair is no key', async () => {
    const first = await inForce()
    await run(makeHostKey(`${file}.next`))
    rmSync(`${file}.next.pub`)
    await expectRenewed(first)
    const second = await inForce()
    kept = []
    writeFileSync(`${file}.next`, readFileSync(file, 'utf8').slice(0, 100), { mode: 0o600 })
    await expectRenewed(second)
  })

  test('once it is in force it stays, however often it is run', async () => {
    const line = await renewHostKey(run, pin(), file)
    expect(await renewHostKey(run, pin(), file)).toBe(line)
    expect(kept).toEqual([line])
    expect(existsSync(`${file}.next`)).toBe(false)
  })
})
