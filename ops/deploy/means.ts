import { isBeat, withoutLook } from '../commands/lock.ts'
import type { Target } from '../commands/ssh.ts'
import type { DropletProvider } from '../deeds/droplet-provider.ts'
import { type Tell, telling } from '../deeds/recorder.ts'
import { openRemoteShell, type RemoteShell } from '../deeds/remote-shell.ts'
import { type Run, run } from '../deeds/run.ts'
import type { Source } from '@latchkey/shared/env'
import { SECRET_KEYS } from '@latchkey/shared/secret-files'
import { ROOT } from '../launch/places.mjs'
import { SECRET_SETTING_KEYS } from '../settings.ts'
import { findProvider } from './credentials.ts'
import { type Memory, openMemory } from './memory.ts'
import type { DeploySettings } from './read-settings.ts'

/** What a deploy reaches out with: this machine, the droplet, the cloud, and what it remembers. */
export type Means = {
  here: Run
  openShell(target: Target): Promise<RemoteShell>
  provider: DropletProvider | undefined
  memory: Memory
}

/** In this checkout, on this machine. Those who are run here have no use for a secret of ours. */
export const here = (tell: Tell): Run =>
  telling(tell, 'here', (command, options) =>
    run(command, { cwd: ROOT, env: withoutSecrets(process.env), ...options }),
  )

const SECRETS: ReadonlySet<string> = new Set([...SECRET_SETTING_KEYS, ...SECRET_KEYS])
const withoutSecrets = (environment: Source): Source =>
  Object.fromEntries(Object.entries(environment).filter(([name]) => !SECRETS.has(name)))

export async function openMeans({ settings, memoryFile }: DeploySettings, tell: Tell): Promise<Means> {
  const provider = findProvider(settings)
  return {
    here: here(tell),
    async openShell(target) {
      const shell = await openRemoteShell(target)
      return { ...shell, run: telling(toldOf(tell), `${target.user}@droplet`, shell.run) }
    },
    provider: provider && tellingProvider(provider, tell),
    memory: await openMemory(memoryFile),
  }
}

/** What is wanted of the cloud, in a word or two each: its own calls are its client's business. */
export function tellingProvider(provider: DropletProvider, tell: Tell): DropletProvider {
  const told = (...command: [string, ...string[]]): DropletProvider => {
    tell({ where: 'cloud', command, stdinBytes: 0 })
    return provider
  }
  return {
    ...provider,
    ensureSshKey: (name, publicKey) => told('ssh-key', name).ensureSshKey(name, publicKey),
    ensureVpc: (name, region) => told('network', name, region).ensureVpc(name, region),
    ensureDroplet: (wanted, onWait) =>
      told('droplet', wanted.name, wanted.region, wanted.size, wanted.image).ensureDroplet(wanted, onWait),
    ensureFirewall: (wanted) => told('firewall', wanted.name).ensureFirewall(wanted),
    ensureRecords: (wanted) => told('names', wanted.domain, ...wanted.labels).ensureRecords(wanted),
  }
}

/** The heart of the lock beats by itself, and each command looks at the lock first: that is no step of anything. */
export const toldOf =
  (tell: Tell): Tell =>
  (planned) =>
    void (isBeat(planned.command) || tell({ ...planned, command: withoutLook(planned.command) }))
