import type { Command } from '../deeds/run.ts'
import { operand } from './operand.ts'

/** A new pair of keys for a host, in `file` and `file.pub`. */
export const makeHostKey = (file: string): Command => [
  ...(['ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-C', 'latchkey-droplet', '-f'] as const),
  operand('path', file),
]

export const reloadSshd = (): Command => ['systemctl', 'reload', 'ssh']

/** Answers when what a droplet does when it is first on is done. */
export const waitForFirstBoot = (): Command => ['cloud-init', 'status', '--wait']
