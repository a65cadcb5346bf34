import { z } from 'zod'
import { BRAND } from './brand.ts'
import { DAY, LIFETIME_SECONDS, MINUTE } from './limits.ts'
import { refusalsOf, servingRefusalsOf } from './refusals.ts'
import { email } from './schemas/atoms.ts'
import { noFiles, type ReadFile, withSecretFiles } from './secret-files.ts'
import { Secret } from './secret.ts'

/** Every setting of every process, read by one pure function. `.env.example` and docs/CONFIG.md mirror it. */
export type Env = Readonly<z.infer<typeof fields>>
export type EnvName = Env['ENV']
export type ReadEnv = { ok: true; env: Env } | { ok: false; problems: string[] }

export type Source = Readonly<Record<string, string | undefined>>

/** Pure, but for the files that `readFile` may read for it: each secret may come as `<NAME>_FILE` instead. */
export function readEnv(source: Source, readFile: ReadFile = noFiles): ReadEnv {
  const { source: given, problems, failed } = withSecretFiles(withoutBlanks(source), readFile)
  const result = settings.safeParse(withDerived(given))
  if (result.success && problems.length === 0) return { ok: true, env: Object.freeze(result.data) }
  const isUntold = ({ path: [key] }: z.core.$ZodIssue) => !failed.includes(String(key))
  const issues = result.error?.issues.filter(isUntold) ?? []
  return { ok: false, problems: [...problems, ...problemsOf(issues, given)] }
}

type Host = { env: Source; stderr: { write(text: string): unknown }; exit(code: number): never }

/** For a process's one line: the settings, or all that is wrong with them in one message, and the end. */
export function settingsOf(host: Host, readFile: ReadFile): Env {
  const read = readEnv(host.env, readFile)
  if (read.ok) return read.env
  return refuse(read.problems, host)
}

function refuse(problems: string[], host: Host): never {
  host.stderr.write(`${new EnvError(problems).message}\n`)
  return host.exit(1)
}

/** For a process that answers people, beside its settings. */
export const servingProblems = (env: Env): string[] =>
  servingRefusalsOf(env).map(({ key, says }) => `${key} ${says}`)

export function ensureServable(env: Env, host: Host): void {
  const problems = servingProblems(env)
  if (problems.length > 0) refuse(problems, host)
}

export function requireEnv(source: Source, readFile: ReadFile = noFiles): Env {
  const read = readEnv(source, readFile)
  if (read.ok) return read.env
  throw new EnvError(read.problems)
}

export class EnvError extends Error {
  constructor(problems: string[]) {
    super(['The settings cannot be used:', ...problems.map((problem) => `  - ${problem}`), NEXT].join('\n'))
    this.name = 'EnvError'
  }
}

const NEXT =
  'Set them in the environment or in .env (docs/CONFIG.md explains each; `npm start` brings what a local run needs).'

const port = z.coerce
  .number('must be a port number')
  .int('must be a port number')
  .min(1)
  .max(65_535, 'must be a port number')
const whole = (min: number, max: number) =>
  z.coerce
    .number(`must be a whole number from ${min} to ${max}`)
    .int(`must be a whole number from ${min} to ${max}`)
    .min(min, `must be at least ${min}`)
    .max(max, `must be at most ${max}`)
const flag = z
  .enum(['true', 'false', '1', '0'], 'must be true or false')
  .transform((value) => value === 'true' || value === '1')
const list = z.string().transform((value) =>
  value
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean),
)
const origin = z
  .string()
  .refine(
    (value) => URL.canParse(value) && /^https?:$/.test(new URL(value).protocol),
    'must be an http or https URL',
  )
  .transform((value) => new URL(value).origin)
const origins = list.pipe(z.array(origin))
/** IPv4 or IPv6, alone or as a range: all that a server can open, and nothing else. */
const network = z.union(
  [z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()],
  'must be addresses or ranges such as 10.0.0.0/8',
)
const networks = list.pipe(z.array(network))
const postgresUrl = z
  .string('is missing')
  .regex(/^postgres(ql)?:\/\//, 'must look like postgres://user:password@host:5432/database')
  .refine((value) => URL.canParse(value), 'must look like postgres://user:password@host:5432/database')
  .transform((value) => new Secret(value))
const redisUrl = z
  .string()
  .regex(/^rediss?:\/\//, 'must look like redis://:password@host:6379/0')
  .refine((value) => URL.canParse(value), 'must look like redis://:password@host:6379/0')
  .transform((value) => new Secret(value))
const longSecret = z
  .string('is missing')
  .min(32, 'must hold at least 32 characters: openssl rand -base64 32')
  .transform((value) => new Secret(value))
const address = z
  .string()
  .refine((value) => email.safeParse(value).success, 'must be an email address')
  .transform((value) => email.parse(value))
const secret = z.string().transform((value) => new Secret(value))
const keyMap = z.string('is missing').transform((value, context) => {
  const keys = parseKeys(value)
  if (keys) return keys
  context.addIssue('must be JSON such as {"v1":"<32 bytes in base64: openssl rand -base64 32>"}')
  return z.NEVER
})

const fields = z.object({
  ENV: z.enum(['local', 'test', 'staging', 'prod'], 'must be local, test, staging or prod').default('local'),
  DEBUG: flag.default(false),

  SERVER_PORT: port.default(8000),
  SERVER_HOST: z.string(),
  PUBLIC_URL: origin,
  SERVER_TIMEOUT_SECONDS: whole(1, 600).default(60),
  SERVER_GRACEFUL_TIMEOUT_SECONDS: whole(1, 600).default(30),
  SERVER_LEAVE_SECONDS: whole(0, 60).default(0),
  ALLOWED_HOSTS: list.default([]),
  ALLOWED_ORIGINS: origins.default([]),
  TRUSTED_ORIGINS: origins.default([]),
  TRUSTED_PROXIES: networks.default([]),
  HEALTH_TIMEOUT_MS: whole(50, 10_000).default(1000),
  SERVER_WORKERS: whole(1, 64).default(1),
  ASSETS_DIR: z.string().optional(),

  DATABASE_URL: postgresUrl,
  MIGRATION_DATABASE_URL: postgresUrl,
  JOBS_DATABASE_URL: postgresUrl,
  READONLY_DATABASE_URL: postgresUrl.optional(),
  ADMIN_DATABASE_URL: postgresUrl.optional(),
  DATABASE_POOL_SIZE: whole(1, 200).default(10),
  DATABASE_CONNECT_TIMEOUT_MS: whole(100, 60_000).default(3000),
  DATABASE_STATEMENT_TIMEOUT_MS: whole(100, 600_000).default(5000),

  REDIS_URL: redisUrl.optional(),
  RATE_LIMIT_REDIS_PREFIX: z
    .string()
    .regex(/^[\w:.-]{1,64}$/, 'must be 1 to 64 letters, digits or _ : . -')
    .default(`${BRAND.slug}:`),
  RATE_LIMITS: z.enum(['shipped', 'raised'], 'must be shipped or raised').default('shipped'),
  CAPTCHA: z.enum(['ladder', 'off'], 'must be ladder or off').default('ladder'),
  TURNSTILE_SITE_KEY: z
    .string()
    .regex(/^[\w-]{1,100}$/, 'must be a site key: letters, digits, _ and -')
    .optional(),
  TURNSTILE_SECRET_KEY: secret.optional(),
  TURNSTILE_URL: origin.default('https://challenges.cloudflare.com'),

  SMTP_HOST: z
    .string()
    .regex(/^[\w.:-]{1,253}$/, 'must be a host name or an address')
    .optional(),
  SMTP_PORT: port.default(587),
  SMTP_USE_TLS: z.enum(['starttls', 'implicit', 'off'], 'must be starttls, implicit or off'),
  SMTP_USER: z.string().optional(),
  SMTP_PASS: secret.optional(),
  EMAIL_FROM_ADDRESS: address.optional(),
  JOBS_CONCURRENCY: whole(1, 64).default(4),
  JOBS_HEALTH_PORT: port.optional(),

  SESSION_SECRET: longSecret,
  SESSION_SECRET_PREVIOUS: longSecret.optional(),
  TOKEN_PEPPER: longSecret,
  TOKEN_PEPPER_PREVIOUS: longSecret.optional(),
  ENCRYPTION_KEYS: keyMap,
  ENCRYPTION_KEY_CURRENT: z.string(),
  COOKIE_SECURE: flag,
  COOKIE_SAMESITE: z
    .enum(['lax', 'strict'], 'must be lax or strict; with none every site could use our cookies')
    .default('lax'),
  SESSION_TTL_SECONDS: whole(5 * MINUTE, 90 * DAY).default(LIFETIME_SECONDS.sessionIdle),
  SESSION_ABSOLUTE_SECONDS: whole(5 * MINUTE, 365 * DAY).default(LIFETIME_SECONDS.sessionAbsolute),
  VERIFY_EMAIL_TTL_SECONDS: whole(15 * MINUTE, 7 * DAY).default(LIFETIME_SECONDS.verifyEmailLink),
  RESET_PASSWORD_TTL_SECONDS: whole(15 * MINUTE, DAY).default(LIFETIME_SECONDS.resetPasswordLink),
  REQUIRE_VERIFIED_EMAIL: flag,
  SESSION_BINDING: z.enum(['off', 'client', 'strict'], 'must be off, client or strict').default('client'),
  ADMIN_EMAIL: address.optional(),
  ADMIN_PASSWORD: secret.optional(),
  COMMON_PASSWORDS_FILE: z.string().optional(),
  PASSWORD_PROFILE: z.enum(['strong', 'balanced', 'test'], 'must be strong or balanced').default('strong'),

  LOG_LEVEL: z.enum(
    ['debug', 'info', 'warn', 'error', 'silent'],
    'must be debug, info, warn, error or silent',
  ),
  DATA_DIR: z.string().default('.data'),
})

const settings = fields.superRefine((env, context) => {
  for (const { key, says } of refusalsOf(env))
    context.addIssue({ code: 'custom', path: [key], message: says })
})

/** The keys that a file or an operator may set. */
export const ENV_KEYS = Object.keys(fields.shape) as (keyof Env)[]

const isLocal = (env: string | undefined): boolean => env === undefined || env === 'local' || env === 'test'

/** Defaults that follow from other settings, filled in before the schema looks. */
function withDerived(source: Source): Source {
  const port = source['SERVER_PORT'] ?? '8000'
  const local = isLocal(source['ENV'])
  const publicUrl = source['PUBLIC_URL'] ?? (local ? `http://localhost:${port}` : undefined)
  const derived: Source = {
    SERVER_HOST: local ? '127.0.0.1' : '0.0.0.0',
    PUBLIC_URL: publicUrl,
    MIGRATION_DATABASE_URL: source['DATABASE_URL'],
    JOBS_DATABASE_URL: source['DATABASE_URL'],
    SMTP_USE_TLS: source['SMTP_PORT'] === '465' ? 'implicit' : 'starttls',
    EMAIL_FROM_ADDRESS: local ? `no-reply@${BRAND.slug}.localhost` : undefined,
    ENCRYPTION_KEY_CURRENT: lastKeyOf(source['ENCRYPTION_KEYS']),
    LOG_LEVEL: source['DEBUG'] === 'true' || source['DEBUG'] === '1' ? 'debug' : 'info',
    REQUIRE_VERIFIED_EMAIL: String(source['ENV'] === 'prod'),
    COOKIE_SECURE: String(publicUrl?.startsWith('https:') ?? true),
  }
  return { ...derived, ...source }
}

/** An empty value is an absent one, so that `.env.example` may list every key. */
const withoutBlanks = (source: Source): Source =>
  Object.fromEntries(Object.entries(source).filter(([, value]) => value !== undefined && value.trim() !== ''))

const lastKeyOf = (keys: string | undefined): string | undefined =>
  Object.keys(parseKeys(keys ?? '') ?? {}).at(-1)

function parseKeys(value: string): Record<string, Secret> | undefined {
  try {
    const keys = z.record(z.string().regex(/^[a-z0-9]{1,16}$/), z.base64()).parse(JSON.parse(value))
    const entries = Object.entries(keys)
    if (entries.length === 0 || entries.some(([, key]) => atob(key).length !== 32)) return undefined
    return Object.fromEntries(entries.map(([version, key]) => [version, new Secret(key)]))
  } catch {
    return undefined
  }
}

/** One line a key, without the value: it may be a secret with a typing error in it. */
function problemsOf(issues: z.core.$ZodIssue[], given: Source): string[] {
  const problems = issues
    .map((issue) => ({ key: String(issue.path[0]), message: issue.message }))
    .filter(({ key }) => key in given || !FOLLOWS.includes(key))
    .filter(
      ({ key }) =>
        key !== 'PUBLIC_URL' || key in given || !('SERVER_PORT' in given) || !isLocal(given['ENV']),
    )
    .map(({ key, message }) => `${key} ${key in given ? message : 'is missing'}`)
  return [...new Set(problems)]
}

/** Not worth a line of their own when what they follow from is what is wrong. */
const FOLLOWS = ['MIGRATION_DATABASE_URL', 'JOBS_DATABASE_URL', 'ENCRYPTION_KEY_CURRENT', 'COOKIE_SECURE']
