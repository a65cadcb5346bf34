import { BRAND } from './brand.ts'
import { DEMO_PASSWORD } from './demo.ts'
import type { Env } from './env.ts'
import { isPlaceholder } from './placeholder.ts'
import { Secret } from './secret.ts'

/** Settings that are right each by itself, and wrong together. */
type Refusal = { key: keyof Env; when: (env: Env) => boolean; says: string }

const isProd = ({ ENV }: Env): boolean => ENV === 'prod'
const isShown = ({ ENV }: Env): boolean => ENV === 'prod' || ENV === 'staging'

const REFUSALS: Refusal[] = [
  {
    key: 'ENCRYPTION_KEY_CURRENT',
    when: (env) => !Object.hasOwn(env.ENCRYPTION_KEYS, env.ENCRYPTION_KEY_CURRENT),
    says: 'must name one of the keys in ENCRYPTION_KEYS',
  },
  {
    key: 'PASSWORD_PROFILE',
    when: (env) => env.PASSWORD_PROFILE === 'test' && env.ENV !== 'test',
    says: 'may be test only with ENV=test',
  },
  {
    key: 'RATE_LIMITS',
    when: (env) => env.RATE_LIMITS === 'raised' && env.ENV !== 'test',
    says: 'may be raised only with ENV=test',
  },
  {
    key: 'CAPTCHA',
    when: (env) => env.CAPTCHA === 'off' && env.ENV !== 'test',
    says: 'may be off only with ENV=test',
  },
  {
    key: 'TURNSTILE_SECRET_KEY',
    when: (env) => env.TURNSTILE_SITE_KEY !== undefined && env.TURNSTILE_SECRET_KEY === undefined,
    says: 'is missing',
  },
  {
    key: 'TURNSTILE_SITE_KEY',
    when: (env) => env.TURNSTILE_SECRET_KEY !== undefined && env.TURNSTILE_SITE_KEY === undefined,
    says: 'is missing',
  },
  {
    key: 'TURNSTILE_SITE_KEY',
    when: (env) => isShown(env) && isTestKey(env.TURNSTILE_SITE_KEY),
    says: 'must not be one of the keys for tests, which let everybody or nobody in',
  },
  {
    key: 'TURNSTILE_SECRET_KEY',
    when: (env) => isShown(env) && isTestKey(textOf(env.TURNSTILE_SECRET_KEY)),
    says: 'must not be one of the keys for tests, which let everybody or nobody in',
  },
  {
    key: 'TURNSTILE_URL',
    when: (env) => isShown(env) && env.TURNSTILE_URL.startsWith('http:'),
    says: 'must be https, or be left out',
  },
  {
    key: 'SMTP_PASS',
    when: (env) => env.SMTP_USER !== undefined && env.SMTP_PASS === undefined,
    says: 'is missing',
  },
  {
    key: 'SMTP_USER',
    when: (env) => env.SMTP_PASS !== undefined && env.SMTP_USER === undefined,
    says: 'is missing',
  },
  {
    key: 'SMTP_USE_TLS',
    when: (env) =>
      env.SMTP_USE_TLS === 'off' &&
      !isThisMachine(env.SMTP_HOST) &&
      (isShown(env) || env.SMTP_USER !== undefined),
    says: 'may be off only towards this machine: letters and the password would travel readable',
  },
  {
    key: 'EMAIL_FROM_ADDRESS',
    when: (env) => env.SMTP_HOST !== undefined && env.EMAIL_FROM_ADDRESS === undefined,
    says: 'is missing',
  },
  {
    key: 'ADMIN_PASSWORD',
    when: (env) => env.ADMIN_EMAIL !== undefined && env.ADMIN_PASSWORD === undefined,
    says: 'is missing',
  },
  {
    key: 'ADMIN_EMAIL',
    when: (env) => env.ADMIN_PASSWORD !== undefined && env.ADMIN_EMAIL === undefined,
    says: 'is missing',
  },
  {
    key: 'PUBLIC_URL',
    when: (env) => isProd(env) && env.PUBLIC_URL.startsWith('http:'),
    says: 'must be https with ENV=prod',
  },
  {
    key: 'COOKIE_SECURE',
    when: (env) => isProd(env) && !env.COOKIE_SECURE,
    says: 'must be true with ENV=prod',
  },
  { key: 'DEBUG', when: (env) => isProd(env) && env.DEBUG, says: 'must be false with ENV=prod' },
  {
    key: 'SMTP_HOST',
    when: (env) =>
      isProd(env) && env.SMTP_HOST !== undefined && isThisMachine(env.SMTP_HOST) && env.SMTP_PORT === CATCHER,
    says: 'must not be a catcher of letters on this machine (port 1025) with ENV=prod',
  },
  {
    key: 'SMTP_PASS',
    when: (env) => isShown(env) && hasPlaceholder(textOf(env.SMTP_PASS)),
    says: 'must be the password that the mail server gave you',
  },
  {
    key: 'ADMIN_PASSWORD',
    when: (env) => isShown(env) && isKnownToAll(textOf(env.ADMIN_PASSWORD)),
    says: 'must not be one that everybody knows',
  },
  {
    key: 'SESSION_TTL_SECONDS',
    when: (env) => isProd(env) && env.SESSION_TTL_SECONDS > env.SESSION_ABSOLUTE_SECONDS,
    says: 'must not be more than SESSION_ABSOLUTE_SECONDS with ENV=prod',
  },
  {
    key: 'ENCRYPTION_KEYS',
    when: (env) => isShown(env) && keysOf(env).some((key) => isPlaceholder(atob(key))),
    says: 'must be random: openssl rand -base64 32',
  },
  {
    key: 'ENCRYPTION_KEYS',
    when: (env) => isShown(env) && new Set(keysOf(env)).size < keysOf(env).length,
    says: 'must hold a different key for each version',
  },
]

const SECRETS = [
  'SESSION_SECRET',
  'SESSION_SECRET_PREVIOUS',
  'TOKEN_PEPPER',
  'TOKEN_PEPPER_PREVIOUS',
] as const

/** What only those miss who answer people: the worker and the migration count nothing, and are given less. */
const SERVING_REFUSALS: Refusal[] = [
  {
    key: 'REDIS_URL',
    when: (env) => isProd(env) && env.REDIS_URL === undefined,
    says: 'is missing',
  },
]

/** One that opens two doors opens both to whoever finds it behind one. */
const SECRET_REFUSALS: Refusal[] = SECRETS.flatMap((key, index) => [
  {
    key,
    when: (env) => isShown(env) && hasPlaceholder(textOf(env[key])),
    says: 'must be random: openssl rand -base64 32',
  },
  ...SECRETS.slice(0, index).map((other): Refusal => ({
    key,
    when: (env) => isShown(env) && textOf(env[key]) !== undefined && textOf(env[key]) === textOf(env[other]),
    says: `must differ from ${other}`,
  })),
])

const URLS = [
  'DATABASE_URL',
  'MIGRATION_DATABASE_URL',
  'JOBS_DATABASE_URL',
  'READONLY_DATABASE_URL',
  'REDIS_URL',
] as const

const URL_REFUSALS: Refusal[] = URLS.map((key) => ({
  key,
  when: (env) => isShown(env) && hasDefaultPassword(textOf(env[key])),
  says: 'must hold a password that nobody guesses: npm run gen-secrets',
}))

export const servingRefusalsOf = (env: Env): Pick<Refusal, 'key' | 'says'>[] =>
  SERVING_REFUSALS.filter(({ when }) => when(env))

export const refusalsOf = (env: Env): Pick<Refusal, 'key' | 'says'>[] =>
  [...REFUSALS, ...SECRET_REFUSALS, ...URL_REFUSALS].filter(({ when }) => when(env))

const keysOf = ({ ENCRYPTION_KEYS }: Env): string[] =>
  Object.values<unknown>(ENCRYPTION_KEYS).flatMap((key) => textOf(key) ?? [])

const isThisMachine = (host: string | undefined): boolean =>
  host === undefined || /^(localhost|127(\.\d{1,3}){3}|::1)$/.test(host)

/** Where tools that catch the letters of a developer listen. */
const CATCHER = 1025

const isKnownToAll = (password: string | undefined): boolean =>
  password !== undefined && (password === DEMO_PASSWORD || isPlaceholder(password))

const DEFAULT_PASSWORDS = new RegExp(
  `^(postgres|postgresql|redis|password|passw0rd|secret|admin|root|test|app|${BRAND.slug})\\d*$`,
  'i',
)

/** Those of images and tutorials, and the name of the user once more. A URL without a password has other ways in. */
function hasDefaultPassword(text: string | undefined): boolean {
  if (text === undefined || !URL.canParse(text)) return false
  const { username, password } = new URL(text)
  return (
    password !== '' && (password === username || DEFAULT_PASSWORDS.test(password) || isPlaceholder(password))
  )
}

/** Documented by the service for everybody: a digit, noughts, and two letters. */
const isTestKey = (key: string | undefined): boolean =>
  key !== undefined && /^[0-9]x0{16,}[A-F]{2}$/i.test(key)

const hasPlaceholder = (text: string | undefined): boolean => text !== undefined && isPlaceholder(text)

/** Whatever is wrong by itself has been said, and arrives here as it was given. */
const textOf = (value: unknown): string | undefined => (value instanceof Secret ? value.reveal() : undefined)
