import type { Command } from '../deeds/run.ts'

/** What the world may reach on the machine: SSH, pages, and the redirect to them (R31). */
export const openPorts = (sshPort: number): number[] => [sshPort, 80, 443]

/**
 * From nothing to exactly these, the same however often. `reset` turns it off for the moment in which it is rebuilt, so
 * that whoever is connected stays connected, and it goes on again as the last step of all.
 */
export const firewallCommands = (sshPort: number): Command[] => [
  ['ufw', '--force', 'reset'],
  ['ufw', 'default', 'deny', 'incoming'],
  ['ufw', 'default', 'allow', 'outgoing'],
  ...openPorts(sshPort).map((port): Command => ['ufw', 'allow', `${port}/tcp`]),
  ['ufw', '--force', 'enable'],
]

export const STATUS: Command = ['ufw', 'status', 'verbose']

/** What the machine says that it lets in, in ufw's own table; `undefined` where it is off. */
export function allowedIn(status: string): string[] | undefined {
  if (!/^Status: active$/m.test(status)) return undefined
  const rows = [...status.matchAll(/^(\S+)(?: \(v6\))?\s+(?:ALLOW|LIMIT)(?: IN)?\s/gm)].map(
    ([, to = '']) => to,
  )
  return [...new Set(rows)].sort()
}

export const deniesByDefault = (status: string): boolean =>
  /^Default: (deny|reject) \(incoming\)/m.test(status)
