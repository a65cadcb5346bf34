import { createHash } from 'node:crypto'
import type { Secret } from './secret.ts'

/**
 * Whatever the server asks of Redis, its script's own commands included; a test in server/src/counting runs on these
 * and on nothing else. `info` is how the client learns that Redis has read its data.
 */
const COMMANDS = [
  'ping',
  'info',
  'eval',
  'evalsha',
  'multi',
  'exec',
  'set',
  'incrby',
  'expire',
  'pttl',
  'del',
] as const

/** Who asks whether Redis is well, and may do nothing but that: a password would stand in a health check's words. */
const HEALTH = 'user health on nopass resetkeys resetchannels -@all +ping'
/** Not to be left out: without a line of its own this one may do everything. */
const NOBODY = 'user default off resetpass resetkeys resetchannels -@all'

/** Redis's ACL file (N7), for whoever REDIS_URL names; of the password it holds the SHA-256 alone. */
export function redisUsersOf(url: Secret, prefix: string): string {
  const { username, password } = new URL(url.reveal().trim())
  const name = decodeURIComponent(username) || 'default'
  const hash = createHash('sha256').update(decodeURIComponent(password)).digest('hex')
  const may = COMMANDS.map((command) => `+${command}`).join(' ')
  return [
    ...(name === 'default' ? [] : [NOBODY]),
    `user ${name} on #${hash} resetkeys ~${prefix}* resetchannels -@all ${may}`,
    HEALTH,
    '',
  ].join('\n')
}
