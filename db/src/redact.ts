import { BRAND } from '@latchkey/shared/brand'
import type { Env } from '@latchkey/shared/env'
import { Secret } from '@latchkey/shared/secret'
import { keyedHash } from './keyed-hash.ts'

/**
 * Every field that a line of the log may have. A field that is not here is dropped, so that nobody logs a person
 * by passing on an object. A `number` is dropped where it is none, because letters have codes, too. `text` may have
 * come from anywhere and is searched for what must not be told.
 */
export const LOG_FIELDS: Record<string, 'plain' | 'number' | 'text'> = {
  service: 'plain',
  request_id: 'plain',
  method: 'plain',
  path: 'text',
  status: 'plain',
  latency_ms: 'plain',
  aborted: 'plain',
  procedure: 'text',
  host: 'plain',
  port: 'plain',
  public_url: 'plain',
  pid: 'plain',
  code: 'number',
  signal: 'plain',
  job: 'plain',
  job_id: 'plain',
  outbox_id: 'plain',
  letter: 'plain',
  because: 'plain',
  deleted: 'plain',
  requeued: 'plain',
  err: 'text',
}

export type RedactEnv = Pick<Env, 'TOKEN_PEPPER'>
export type Redactor = {
  /** Those that may be told, with what must not be told in them hidden. */
  fields(line: Record<string, unknown>): Record<string, unknown>
  text(text: unknown): unknown
}

const TEXT_MOST = 4000
/** So much is searched: what is hidden makes a text shorter. */
const SEARCHED_MOST = 4 * TEXT_MOST
const SHORT = 80
const KNOWN_MOST = 1000
/** A shorter one would stand inside innocent words. */
const SECRET_LEAST = 8

export function openRedactor(env: RedactEnv): Redactor {
  const secrets = secretsIn(env).filter((secret) => secret.length >= SECRET_LEAST)

  const named = (email: string): string =>
    `[email ${keyedHash([env.TOKEN_PEPPER], `log:${email.replace('%40', '@').toLowerCase()}`)
      .toString('hex')
      .slice(0, 12)}]`

  function scrub(text: string): string {
    const withoutOurs = secrets.reduce(
      (told, secret) => told.replaceAll(secret, HIDDEN),
      text.slice(0, SEARCHED_MOST),
    )
    return SPOTTED.reduce((told, pattern) => told.replaceAll(pattern, HIDDEN), withoutOurs)
      .replaceAll(EMAIL, named)
      .slice(0, TEXT_MOST)
  }

  /** The same few words stand in nearly every line: what they became is remembered. */
  const known = new Map<string, string>()
  function scrubShort(text: string): string {
    const before = known.get(text)
    if (before !== undefined) return before
    if (known.size >= KNOWN_MOST) known.clear()
    const scrubbed = scrub(text)
    known.set(text, scrubbed)
    return scrubbed
  }

  function scrubAll(value: unknown): unknown {
    if (typeof value === 'string') return value.length <= SHORT ? scrubShort(value) : scrub(value)
    if (Array.isArray(value)) return value.map(scrubAll)
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, scrubAll(one)]))
  }

  function keep(line: Record<string, unknown>): Record<string, unknown> {
    const kept: Record<string, unknown> = {}
    for (const key in line) {
      const [kind, value] = [LOG_FIELDS[key], line[key]]
      if (kind === 'text') kept[key] = scrubAll(value)
      else if (kind === 'number' && typeof value === 'number') kept[key] = value
      else if (kind === 'plain' && typeof value !== 'object') kept[key] = value
    }
    return kept
  }

  return { fields: keep, text: scrubAll }
}

const HIDDEN = '[REDACTED]'
/** Also as it stands in a path. Begins where a word begins, so that a long text is read once. */
const EMAIL = /(?<![\w.+-])[\w.+-]{1,64}(?:@|%40)[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}/g

/** Whoever passes by: the user part of a URL, cookies, credentials of a header, our own tokens, password hashes. */
const SPOTTED = [
  /(?<=:\/\/)[^\s/@"']{1,512}(?=@)/g,
  new RegExp(`(?<=${BRAND.slug}_\\w{1,32}=)[^\\s;,"']{1,4096}`, 'g'),
  /(?<=\b(?:basic|bearer) )[\w+/=.~-]{4,4096}/gi,
  /(?<![\w-])[\w-]{43}(?![\w-])/g,
  /\$argon2[a-z]{0,2}\$[^\s"']{1,512}/g,
]

function secretsIn(value: object): string[] {
  return Object.values(value).flatMap((one: unknown) => {
    if (one instanceof Secret) return [one.reveal(), ...passwordIn(one.reveal())]
    return typeof one === 'object' && one !== null ? secretsIn(one) : []
  })
}

/** A driver speaks of the password of a URL alone. */
function passwordIn(secret: string): string[] {
  const password = URL.canParse(secret) ? new URL(secret).password : ''
  return password ? [password, decodeURIComponent(password)] : []
}
