import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type FakeCloud, openFakeCloud } from './cloud.ts'
import { openTestSshd, type TestSshd } from './sshd.ts'

/**
 * A droplet that the cloud only makes: what its user data says becomes of a real sshd, whose /etc/ssh is its own. The
 * two programs of a cloud's image that are asked for are played. Only root can do that.
 */
export type FreshDroplet = {
  cloud: FakeCloud
  sshd: TestSshd
  /** What the settings say of it. */
  settings: Record<string, string>
  close(): Promise<void>
}

export const canBeFresh = process.getuid?.() === 0

type UserData = { ssh_keys: { ed25519_private: string; ed25519_public: string } }

export async function openFreshDroplet(): Promise<FreshDroplet> {
  const home = mkdtempSync(join(tmpdir(), 'latchkey-fresh-'))
  const [etc, bin] = [join(home, 'etc'), join(home, 'bin')]
  for (const room of [etc, bin]) mkdirSync(room)
  const sshd = await openTestSshd({ etc, env: { PATH: `${bin}:${process.env['PATH'] ?? ''}` } })
  program('cloud-init', 'sleep 1')
  program('systemctl', `kill -HUP "$(cat '${sshd.pidFile}')"`)
  const cloud = await openFakeCloud({ v4: '127.0.0.1', onDroplet: (userData) => void boot(userData) })

  function program(name: string, sentence: string): void {
    writeFileSync(join(bin, name), `#!/bin/sh\n${sentence}\n`, { mode: 0o755 })
  }
  /** Takes its moment, as a machine does. */
  async function boot(userData: string): Promise<void> {
    const { ssh_keys: keys } = JSON.parse(userData.replace(/^#cloud-config\n/, '')) as UserData
    writeFileSync(join(etc, 'ssh_host_ed25519_key'), keys.ed25519_private, { mode: 0o600 })
    writeFileSync(join(etc, 'ssh_host_ed25519_key.pub'), `${keys.ed25519_public}\n`)
    await sshd.restart()
  }

  const { port, user, keyFile } = sshd.target
  return {
    cloud,
    sshd,
    settings: {
      ...{ DO_API_URL: cloud.url, DO_API_TOKEN: cloud.token, DEPLOY_SSH_PORT: String(port) },
      ...{ DEPLOY_SSH_USER: user, DEPLOY_SSH_KEY_FILE: keyFile, DEPLOY_PATH: join(home, 'place') },
    },
    async close() {
      await cloud.close()
      await sshd.close()
      rmSync(home, { recursive: true, force: true })
    },
  }
}
