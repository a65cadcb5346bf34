import type { Command } from '../deeds/run.ts'
import { operand } from './operand.ts'

/** A new pair of keys for a host, in `file` and `file.pub`. */
export const makeHostKey = (file: string): Command => [
  ...(['ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-C', 'latchkey-droplet', '-f'] as const),
  operand('path', file),
]

export const reloadSshd = (): Command => ['systemctl', 'reload', 'ssh']

/** Every address that it has, but for those of the loopback. */
export const ownAddresses = (): Command => ['hostname', '--all-ip-addresses']

/** In seconds since 1970. */
export const tellTime = (): Command => ['date', '+%s']

/** Answers when what a droplet does when it is first on is done. */
export const waitForFirstBoot = (): Command => ['cloud-init', 'status', '--wait']

/** The half of a key that may be shown. */
export const publicKeyOf = (file: string): Command => ['ssh-keygen', '-y', '-f', operand('path', file)]

/** A folder of somebody's own, whoever makes it. */
export const ownFolder = (path: string, user: string): Command => [
  ...(['install', '-d', '-m', '0755', '-o', operand('user', user), '--'] as const),
  operand('path', path),
]
