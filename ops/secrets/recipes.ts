import { randomBytes } from 'node:crypto'
import { BRAND } from '@latchkey/shared/brand'
import { makeCertificate } from '@latchkey/shared/certificate'
import { redisUsersOf } from '@latchkey/shared/redis-users'
import { Secret } from '@latchkey/shared/secret'
import { z } from 'zod'
import { Advice } from '../launch/advice.mjs'

/** How the text of one file in `secrets/` comes about. */
export type Recipe = {
  name: string
  /** The file that this one is made from, which stands above it in the list. */
  from?: string
  /** `before` is what the file held until now, `source` what the one holds that it is made from. */
  make: (known: { before?: string | undefined; source: string; redisPrefix: string }) => string
}

/** Five years: nobody but our own containers sees it, and preflight and doctor speak up a month before the end. */
const CERTIFICATE_DAYS = 5 * 365
const DAY_MS = 86_400_000

const random = (bytes: number): string => randomBytes(bytes).toString('base64url')

/** Clients take the database's own certificate and no other, and give no word to a server that has another. */
const urlOf = (userinfo: string, database: string): string =>
  `postgres://${userinfo}@postgres:5432/${database}?sslmode=verify-full&sslrootcert=/run/secrets/postgres_cert`
const databaseUrl = (role: string) => (): string => urlOf(`${BRAND.slug}_${role}:${random(24)}`, BRAND.slug)

export const RECIPES: readonly Recipe[] = [
  { name: 'postgres_password', make: () => random(24) },
  { name: 'postgres_key', make: () => certificateOf().key },
  { name: 'postgres_cert', from: 'postgres_key', make: ({ source }) => certificateOf(source).cert },
  {
    name: 'admin_database_url',
    from: 'postgres_password',
    make: ({ source }) => urlOf(`postgres:${encodeURIComponent(source)}`, 'postgres'),
  },
  { name: 'database_url', make: databaseUrl('app') },
  { name: 'migration_database_url', make: databaseUrl('owner') },
  { name: 'jobs_database_url', make: databaseUrl('jobs') },
  { name: 'readonly_database_url', make: databaseUrl('readonly') },
  { name: 'redis_url', make: () => `redis://app:${random(24)}@redis:6379/0` },
  {
    name: 'redis_users',
    from: 'redis_url',
    make: ({ source, redisPrefix }) => redisUsersOf(new Secret(source), redisPrefix),
  },
  { name: 'session_secret', make: () => random(32) },
  { name: 'token_pepper', make: () => random(32) },
  { name: 'encryption_keys', make: ({ before }) => withNewKey(before) },
  { name: 'admin_password', make: () => random(18) },
]

/** What only somebody else can know. Left empty it is not set; a container cannot start without the file. */
export const YOURS = [
  'admin_basic_auth',
  'ops_basic_auth',
  'session_secret_previous',
  'smtp_pass',
  'token_pepper_previous',
  'turnstile_secret_key',
] as const

function certificateOf(key?: string): { cert: string; key: string } {
  const now = Date.now()
  return makeCertificate({
    names: ['postgres'],
    // A clock that goes a little wrong is no reason to be without a database.
    from: new Date(now - DAY_MS),
    until: new Date(now + CERTIFICATE_DAYS * DAY_MS),
    ...(key && { key }),
  })
}

/** The keys of before stay: what they have sealed would open for nobody any more. */
function withNewKey(before: string | undefined): string {
  const kept = before === undefined ? {} : keysIn(before)
  const versions = Object.keys(kept).map((version) => Number(version.replace(/\D/g, '')))
  return JSON.stringify({ ...kept, [`v${Math.max(0, ...versions) + 1}`]: randomBytes(32).toString('base64') })
}

function keysIn(text: string): Record<string, string> {
  try {
    return z.record(z.string(), z.string()).parse(JSON.parse(text))
  } catch {
    // Without the cause: it would quote the file.
    throw new Advice(
      'encryption_keys holds something else than keys by version, and what it holds may be needed.',
      'Next: bring the file back, or move it away and run this again',
    )
  }
}
