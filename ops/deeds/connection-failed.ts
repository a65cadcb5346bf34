import type { Target } from '../commands/ssh.ts'
import { Advice } from '../launch/advice.mjs'

/** Why there is no connection. What a command answered is never one of these. */
export type WhyNot =
  'unreachable' | 'key-missing' | 'key-refused' | 'host-key-changed' | 'host-key-unknown' | 'lost'

/** What ssh says on stderr when it ends with 255. The first that fits. */
const SIGNS: readonly (readonly [RegExp, WhyNot])[] = [
  [
    /HOST IDENTIFICATION HAS CHANGED|host key for \S+ has changed|no matching host key type/i,
    'host-key-changed',
  ],
  [/host key is known|host key verification failed/i, 'host-key-unknown'],
  [/permission denied \(|too many authentication failures|unprotected private key/i, 'key-refused'],
  [
    /connect to host|could not resolve|kex_exchange|banner exchange|connection (closed|reset) by \S+ port/i,
    'unreachable',
  ],
]

/** What it is, and what to type. */
const ADVICE: Record<WhyNot, (target: Target) => [what: string, next: string]> = {
  unreachable: ({ host, port }) => [
    `${host} does not answer on port ${port}.`,
    'Next: see that it is on and that the firewall lets you in; DEPLOY_HOST and DEPLOY_SSH_PORT say where it is.',
  ],
  'key-missing': ({ keyFile }) => [
    `There is no key to sign in with: ${keyFile}.`,
    'Next: ssh-keygen -t ed25519, or set DEPLOY_SSH_KEY_FILE to the one that the droplet knows.',
  ],
  'key-refused': ({ host, user, keyFile }) => [
    `${host} does not let ${user} in with ${keyFile}.`,
    `Next: put ${keyFile}.pub into ~${user}/.ssh/authorized_keys there, or set DEPLOY_SSH_USER and DEPLOY_SSH_KEY_FILE.`,
  ],
  'host-key-changed': ({ host, port }) => [
    `${host} shows another host key than the pinned one. Somebody may stand in between; nothing was sent.`,
    `Next: if it was made anew, compare its key in the provider's console with: ssh-keyscan -t ed25519 -p ${port} ${host}\n` +
      '      and set DEPLOY_HOST_KEY to it. If it was not, find out who answers there.',
  ],
  'host-key-unknown': ({ host, port }) => [
    `The host key of ${host} is not the pinned one, and nobody has vouched for it; nothing was sent.`,
    `Next: compare it in the provider's console with: ssh-keyscan -t ed25519 -p ${port} ${host}\n` +
      '      and set DEPLOY_HOST_KEY to it.',
  ],
  lost: ({ host }) => [
    `The connection to ${host} broke while a command was under way; what it had begun was ended there.`,
    'Next: run the same again. Each step looks first at what is done already.',
  ],
}

/** There was no connection, or there is none any more. */
export class ConnectionFailed extends Advice {
  readonly why: WhyNot
  constructor(why: WhyNot, target: Target, said = '') {
    const [what, next] = ADVICE[why](target)
    super(what, ...(said ? [`ssh said: ${said}`] : []), next)
    this.name = 'ConnectionFailed'
    this.why = why
  }
}

/** From what ssh said to what it means. */
export function connectionFailedOf(target: Target, stderr: string): ConnectionFailed {
  const lines = stderr.trimEnd().split('\n').slice(-20)
  const why = SIGNS.find(([sign]) => lines.some((line) => sign.test(line)))?.[1] ?? 'lost'
  return new ConnectionFailed(why, target, lines.at(-1))
}
