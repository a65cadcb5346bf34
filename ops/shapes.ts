import { isIP } from 'node:net'
import { email } from '@latchkey/shared/schemas/atoms'
import { z } from 'zod'

/**
 * What an operator may say, by kind (O2). All of it ends as a word of some program, so each kind is a short list of
 * characters, and none of them begins like a flag.
 */
const shaped = (most: number, pattern: RegExp, says: string) =>
  z.string().refine((value) => value.length <= most && pattern.test(value), { error: says, abort: true })

const LABEL = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?'

export const hostName = shaped(
  253,
  new RegExp(`^${LABEL}(?:\\.${LABEL})*$`),
  'must be a host name: small letters, digits, hyphens and dots',
)

/** With a dot: a certificate is for nothing less. */
export const domain = hostName.refine(
  (value) => value.includes('.') && isIP(value) === 0,
  'must be a domain such as example.com',
)

export const emailAddress = z
  .string()
  .refine(
    (value) => /^[A-Za-z0-9][\w.+-]*@[\w.-]+$/.test(value) && email.safeParse(value).success,
    'must be an email address',
  )

export const dnsLabel = shaped(63, new RegExp(`^${LABEL}$`), 'must be one part of a host name, such as admin')

export const hostOrAddress = z
  .string()
  .refine(
    (value) => isAddress(value) || (hostName.safeParse(value).success && !/^[\d.]+$/.test(value)),
    'must be a host name or an address',
  )

/** A part of what `git check-ref-format` takes, and nothing that it refuses. */
export const branch = shaped(
  200,
  /^[A-Za-z0-9][\w./-]*$/,
  'must be a branch: letters, digits and . _ - /, the first a letter or digit',
).refine(
  (value) => !/\.\.|\/\/|\/\.|\.$|\/$|\.lock(\/|$)/.test(value),
  'must be a branch that git would take',
)

export const userName = shaped(
  32,
  /^[a-z_][a-z0-9_-]*$/,
  'must be the name of a user: small letters, digits, _ and -',
)

/** On the machine that is deployed to: no blanks, no way up, nothing that a shell would read twice. */
export const remotePath = shaped(
  200,
  /^(?:\/[\w][\w.-]*)+$/,
  'must be an absolute path of letters, digits and . _ - such as /opt/app',
)

/** On this machine, whichever it is. */
export const localPath = shaped(
  400,
  /^(?:\/|[A-Za-z]:[\\/])[^\p{Cc}\p{Cf}"'`$*?<>|;&]*$/u,
  'must be an absolute path, without quotes and the like',
)

export const slug = shaped(
  64,
  /^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?$/,
  'must be small letters, digits, dots and hyphens',
)

export const keyName = shaped(
  100,
  /^[A-Za-z0-9](?:[\w .@+-]*[\w])?$/,
  'must be letters, digits, blanks and . _ @ + -',
)

/** A single address is a range of one. Everybody is no list of anybody. */
export const network = z
  .union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()], 'must be addresses or ranges such as 203.0.113.7/32')
  .refine((value) => !/\/0+$/.test(value), 'must not let everybody in')

/** htpasswd -nbB: a name, and a hash that takes its time. */
export const basicAuth = shaped(
  200,
  /^[A-Za-z0-9][\w.@-]{0,63}:\$2[aby]\$(?:0[89]|1[0-9])\$[A-Za-z0-9./]{53}$/,
  'must be a line of htpasswd with bcrypt: htpasswd -nbB -C 12 NAME PASSWORD',
)

/** A line of a `.pub` file, without the comment at its end. */
export const hostKey = shaped(
  800,
  /^(?:ssh-ed25519|ecdsa-sha2-nistp(?:256|384|521)|ssh-rsa) [A-Za-z0-9+/]{40,}={0,2}(?: [\w .@+:/-]*)?$/,
  'must be a line such as ssh-ed25519 AAAA…: ssh-keyscan -t ed25519 HOST, compared with what the machine itself says',
)
  .refine((value) => isAboutItself(value), 'must hold a whole key of the kind that it names')
  .transform((value) => value.split(' ').slice(0, 2).join(' '))

export const secretToken = shaped(
  300,
  /^[A-Za-z0-9][\w.-]{15,}$/,
  'must be a token: 16 letters, digits and . _ - or more',
)

/** https, or what runs on this machine. */
export const apiOrigin = z
  .string()
  .refine(
    (value) => value.length <= 300 && /^https?:\/\/[\w.:[\]-]+\/?$/.test(value) && URL.canParse(value),
    { error: 'must be the beginning of a URL, such as https://api.example.com', abort: true },
  )
  .refine(
    (value) => value.startsWith('https:') || /^(localhost|127\.0\.0\.1|\[::1\])$/.test(hostOf(value)),
    'must be https',
  )
  .transform((value) => new URL(value).origin)

const REPOSITORIES: readonly RegExp[] = [
  new RegExp(`^https://${LABEL}(?:\\.${LABEL})*(?::\\d{1,5})?(?:/[\\w][\\w.-]*)+$`),
  new RegExp(`^ssh://[a-z_][a-z0-9_-]*@${LABEL}(?:\\.${LABEL})*(?::\\d{1,5})?(?:/[\\w][\\w.-]*)+$`),
  new RegExp(`^[a-z_][a-z0-9_-]*@${LABEL}(?:\\.${LABEL})*:[\\w][\\w.-]*(?:/[\\w][\\w.-]*)*$`),
  /^(?:\/[\w][\w.-]*)+$/,
]

/** Never `ext::` and its like, which are programs; never a URL with a password in it. */
export const repository = z
  .string()
  .refine(
    (value) => value.length <= 300 && REPOSITORIES.some((pattern) => pattern.test(value)),
    'must be https://host/path, ssh://user@host/path, user@host:path or a path, without a password',
  )

const isAddress = (value: string): boolean => isIP(value) !== 0 && !value.includes('%')

const hostOf = (value: string): string => (URL.canParse(value) ? new URL(value).hostname : '')

/** Each part of a key begins with its length, the first is the name of its kind, and there is nothing after the last. */
function isAboutItself(line: string): boolean {
  const [kind = '', body = ''] = line.split(' ')
  const bytes = Buffer.from(body, 'base64')
  let at = 0
  while (at + 4 <= bytes.length) at += 4 + bytes.readUInt32BE(at)
  return at === bytes.length && bytes.subarray(4, 4 + bytes.readUInt32BE(0)).toString('latin1') === kind
}
