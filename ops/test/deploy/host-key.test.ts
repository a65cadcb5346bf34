import { readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { describe, expect, test } from 'vitest'
import { readFile } from '../../commands/files.ts'
import { openRemoteShell } from '../../deeds/remote-shell.ts'
import { run } from '../../deeds/run.ts'
import { firstHostKey, renewHostKey } from '../../deploy/host-key.ts'
import { userDataOf } from '../../deploy/user-data.ts'
import { spyOn } from './spy.ts'
import { hasSshd, openTestSshd } from './sshd.ts'

describe('O3: a droplet that was just made is known by its key as well', () => {
  test('its first key is made here, travels in its user data, and is left nowhere', async () => {
    const spy = spyOn(run)
    const [one, other] = [await firstHostKey(spy.run), await firstHostKey(run)]
    expect(one.line).toMatch(/^ssh-ed25519 [A-Za-z0-9+/]{68}$/)
    expect(one.line).not.toBe(other.line)
    expect(readdirSync(tmpdir()).filter((name) => name.startsWith('latchkey-host-key-'))).toEqual([])
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
        const kept: string[] = []
        await using shell = await openRemoteShell(sshd.target)
        const renew = () => renewHostKey(shell.run, async (line) => void kept.push(line), sshd.hostKeyFile)
        const broken = renewHostKey(
          shell.run,
          async (line) => {
            kept.push(line)
            throw new Error('killed')
          },
          sshd.hostKeyFile,
        )
        await expect(broken).rejects.toThrow('killed')
        const hostKey = await renew()
        expect(kept).toEqual([hostKey, hostKey])
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
