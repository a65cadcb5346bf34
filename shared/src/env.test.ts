import { randomBytes } from 'node:crypto'
import { inspect } from 'node:util'
import { describe, expect, test } from 'vitest'
import { DEMO_PASSWORD } from './demo.ts'
import { readEnv, requireEnv, servingProblems } from './env.ts'
import { isPlaceholder } from './placeholder.ts'

const key = Buffer.from('an-encryption-key-of-32-bytes-01').toString('base64')
const otherKey = Buffer.from('an-encryption-key-of-32-bytes-02').toString('base64')
const GOOD = {
  DATABASE_URL: 'postgres://app:db-password@localhost:5432/latchkey',
  SESSION_SECRET: 'session-secret-0123456789-0123456789',
  TOKEN_PEPPER: 'token-pepper-0123456789-0123456789',
  ENCRYPTION_KEYS: JSON.stringify({ v1: key, v2: otherKey }),
}
const PROD = {
  ...GOOD,
  ENV: 'prod',
  PUBLIC_URL: 'https://example.com',
  REDIS_URL: 'redis://app:redis-credential@redis:6379/0',
}
const problems = (change: Record<string, string | undefined>) => {
  const read = readEnv({ ...PROD, ...change })
  return read.ok ? [] : read.problems
}

test('A3: local runs on defaults', () => {
  expect(requireEnv(GOOD)).toMatchObject({
    ENV: 'local',
    SERVER_PORT: 8000,
    SERVER_HOST: '127.0.0.1',
    PUBLIC_URL: 'http://localhost:8000',
    COOKIE_SECURE: false,
    PASSWORD_PROFILE: 'strong',
    ENCRYPTION_KEY_CURRENT: 'v2',
  })
})

describe('A3: prod starts with everything and with nothing less', () => {
  test('complete', () => expect(problems({})).toEqual([]))

  test('anywhere else the database counts where there is no Redis (decision 24)', () => {
    expect(servingProblems(requireEnv({ ...PROD, ENV: 'staging', REDIS_URL: undefined }))).toEqual([])
  })

  test('whoever answers people has a Redis to count with; the worker and the migration need none', () => {
    expect(servingProblems(requireEnv(PROD))).toEqual([])
    expect(servingProblems(requireEnv({ ...PROD, REDIS_URL: ' ' }))).toEqual(['REDIS_URL is missing'])
  })

  test.each(['DATABASE_URL', 'SESSION_SECRET', 'TOKEN_PEPPER', 'ENCRYPTION_KEYS', 'PUBLIC_URL'])(
    'without %s',
    (name) => {
      expect(problems({ [name]: undefined })).toEqual([`${name} is missing`])
      expect(problems({ [name]: '  ' })).toEqual([`${name} is missing`])
    },
  )

  test('all that is wrong is said at once', () => {
    const read = readEnv({ ENV: 'prod' })
    expect(read.ok ? [] : read.problems).toHaveLength(5)
  })
})

describe('a malformed value is named, and not shown', () => {
  const cases: [string, string, RegExp][] = [
    ['ENV', 'production', /local, test, staging or prod/],
    ['SERVER_PORT', 'eighty', /port number/],
    ['SERVER_PORT', '70000', /port number/],
    ['PUBLIC_URL', 'example.com', /http or https/],
    ['PUBLIC_URL', 'http://example.com', /must be https with ENV=prod/],
    ['DATABASE_URL', 'mysql://x', /postgres:\/\//],
    ['SESSION_SECRET', 'too-short-secret', /32 characters/],
    ['SESSION_SECRET_PREVIOUS', 'too-short-secret', /32 characters/],
    ['TOKEN_PEPPER_PREVIOUS', 'too-short-secret', /32 characters/],
    ['ENCRYPTION_KEYS', '{"v1":"c2hvcnQ="}', /32 bytes/],
    ['ENCRYPTION_KEYS', 'not json', /JSON/],
    ['ENCRYPTION_KEY_CURRENT', 'v9', /ENCRYPTION_KEYS/],
    ['COOKIE_SECURE', 'yes', /true or false/],
    ['COOKIE_SAMESITE', 'none', /every site could use our cookies/],
    ['SESSION_TTL_SECONDS', '60', /at least 300/],
    ['SESSION_TTL_SECONDS', '2592001', /not be more than SESSION_ABSOLUTE_SECONDS/],
    ['SESSION_ABSOLUTE_SECONDS', '31536001', /at most/],
    ['VERIFY_EMAIL_TTL_SECONDS', '1h', /whole number/],
    ['RESET_PASSWORD_TTL_SECONDS', '86401', /at most/],
    ['COOKIE_SECURE', 'false', /must be true with ENV=prod/],
    ['DEBUG', 'true', /must be false with ENV=prod/],
    ['PASSWORD_PROFILE', 'test', /only with ENV=test/],
    ['RATE_LIMITS', 'raised', /only with ENV=test/],
    ['CAPTCHA', 'off', /only with ENV=test/],
    ['DATABASE_POOL_SIZE', '0', /at least 1/],
    ['TRUSTED_PROXIES', '10.0.0.0/8, everyone', /addresses or ranges/],
    ['TRUSTED_PROXIES', '10.0.0.0/33', /addresses or ranges/],
    ['TRUSTED_PROXIES', '999.1.1.1', /addresses or ranges/],
    ['TRUSTED_PROXIES', '1:2', /addresses or ranges/],
    ['TRUSTED_PROXIES', '::/129', /addresses or ranges/],
    ['TRUSTED_PROXIES', 'cafe', /addresses or ranges/],
    ['TRUSTED_ORIGINS', 'https://a.example, nonsense', /http or https/],
  ]
  test.each(cases)('%s=%s', (name, value, sentence) => {
    const [problem, ...more] = problems({ [name]: value })
    expect(more).toEqual([])
    expect(problem).toMatch(new RegExp(`^${name} `))
    expect(problem).toMatch(sentence)
    if (/SECRET|KEYS|DATABASE_URL/.test(name)) expect(problem).not.toContain(value)
  })
})

describe('A10: the mail server', () => {
  const SMTP = { SMTP_HOST: 'smtp.example.com', EMAIL_FROM_ADDRESS: 'hello@example.com' }
  const USER = { SMTP_USER: 'ada', SMTP_PASS: 'lovelace-password' }
  const local = (change: Record<string, string>) => {
    const read = readEnv({ ...GOOD, ...change })
    return read.ok ? [] : read.problems
  }

  test('need not be there', () => expect(problems({})).toEqual([]))

  test('a host and the address that letters come from are enough, and TLS is on', () => {
    expect(requireEnv({ ...PROD, ...SMTP })).toMatchObject({
      SMTP_PORT: 587,
      SMTP_USE_TLS: 'starttls',
      JOBS_CONCURRENCY: 4,
    })
    expect(requireEnv({ ...PROD, ...SMTP, SMTP_PORT: '465' }).SMTP_USE_TLS).toBe('implicit')
  })

  test('a local run needs no address', () => {
    expect(local({ SMTP_HOST: 'smtp.example.com' })).toEqual([])
    expect(problems({ ...SMTP, EMAIL_FROM_ADDRESS: undefined })).toEqual(['EMAIL_FROM_ADDRESS is missing'])
  })

  test('user and password come both or not at all, and the password is not shown', () => {
    expect(problems({ ...SMTP, ...USER })).toEqual([])
    expect(problems({ ...SMTP, SMTP_USER: 'ada' })).toEqual(['SMTP_PASS is missing'])
    expect(problems({ ...SMTP, SMTP_PASS: USER.SMTP_PASS })).toEqual(['SMTP_USER is missing'])
    expect(inspect(requireEnv({ ...PROD, ...SMTP, ...USER }), { depth: 9 })).not.toContain('lovelace')
  })

  test.each(['localhost', '127.0.0.1', '127.8.8.8', '::1'])('may be spoken to in clear on %s', (host) => {
    expect(problems({ ...SMTP, ...USER, SMTP_HOST: host, SMTP_USE_TLS: 'off' })).toEqual([])
  })

  test.each(['smtp.example.com', '10.0.0.1', 'localhost.example.com', '127.0.0.1.example.com'])(
    'and not on %s',
    (host) => {
      const off = { SMTP_HOST: host, SMTP_USE_TLS: 'off' }
      for (const ENV of ['prod', 'staging'])
        expect(problems({ ...SMTP, ...off, ENV })).toEqual([
          expect.stringMatching('^SMTP_USE_TLS may be off only'),
        ])
      expect(local(off)).toEqual([])
      expect(local({ ...off, ...USER })).toEqual([expect.stringMatching('^SMTP_USE_TLS may be off only')])
    },
  )

  test.each([
    ['SMTP_USE_TLS', 'true'],
    ['SMTP_HOST', 'smtp example'],
    ['SMTP_PORT', 'smtp'],
    ['EMAIL_FROM_ADDRESS', 'Ada <ada@example.com>'],
    ['JOBS_CONCURRENCY', '65'],
    ['JOBS_HEALTH_PORT', '0'],
  ])('%s=%s is refused', (key, value) => {
    expect(problems({ ...SMTP, [key]: value })).toEqual([expect.stringMatching(`^${key} `)])
  })
})

describe('A11, A15: the keys of Turnstile', () => {
  const both = { TURNSTILE_SITE_KEY: '0x4AAAAAAA-a-site-key', TURNSTILE_SECRET_KEY: '0x4AAAAAAA-a-secret' }

  test('come both or not at all', () => {
    expect(problems(both)).toEqual([])
    expect(problems({ ...both, TURNSTILE_SITE_KEY: undefined })).toEqual(['TURNSTILE_SITE_KEY is missing'])
    expect(problems({ ...both, TURNSTILE_SECRET_KEY: undefined })).toEqual([
      'TURNSTILE_SECRET_KEY is missing',
    ])
  })

  test.each([
    ['TURNSTILE_SITE_KEY', '1x00000000000000000000AA'],
    ['TURNSTILE_SITE_KEY', '3x00000000000000000000FF'],
    ['TURNSTILE_SECRET_KEY', '1x0000000000000000000000000000000AA'],
    ['TURNSTILE_SECRET_KEY', '2x0000000000000000000000000000000AA'],
  ])('%s is none of those for tests in prod and staging: %s', (name, key) => {
    for (const ENV of ['prod', 'staging'])
      expect(problems({ ...both, ENV, [name]: key })).toEqual([expect.stringMatching(`^${name} .*for tests`)])
    expect(problems({ ...both, ENV: 'local', PUBLIC_URL: undefined, [name]: key })).toEqual([])
  })

  test('are for a place that is reached over TLS', () => {
    expect(problems({ ...both, TURNSTILE_URL: 'http://captcha.example' })).toEqual([
      'TURNSTILE_URL must be https, or be left out',
    ])
  })
})

test('proxies are addresses or ranges of either family, and a very long one is refused at once', () => {
  const ranges = ['10.0.0.5', '10.0.0.0/8', '::1', 'fe80::/10', '2001:DB8::/32', '::ffff:10.0.0.0/104']
  expect(requireEnv({ ...GOOD, TRUSTED_PROXIES: ranges.join(', ') }).TRUSTED_PROXIES).toEqual(ranges)
  const before = process.threadCpuUsage()
  for (const piece of ['0', 'a', ':', '0:', '1.']) {
    const long = `${piece.repeat(100_000)}!`
    expect(problems({ TRUSTED_PROXIES: long })).toHaveLength(1)
  }
  expect(process.threadCpuUsage(before).user / 1000).toBeLessThan(2000)
})

test('DEBUG makes the log talk, unless LOG_LEVEL says otherwise', () => {
  expect(requireEnv(GOOD).LOG_LEVEL).toBe('info')
  expect(requireEnv({ ...GOOD, DEBUG: 'true' }).LOG_LEVEL).toBe('debug')
  expect(requireEnv({ ...GOOD, DEBUG: 'true', LOG_LEVEL: 'error' }).LOG_LEVEL).toBe('error')
})

test('secrets do not print, however they are printed', () => {
  const env = requireEnv(GOOD)
  const shown = [
    inspect(env, { depth: 9 }),
    JSON.stringify(env),
    String(env.DATABASE_URL),
    String(env.SESSION_SECRET),
  ].join()
  for (const secret of ['db-password', GOOD.SESSION_SECRET, GOOD.TOKEN_PEPPER, key])
    expect(shown).not.toContain(secret)
  expect(env.SESSION_SECRET.reveal()).toBe(GOOD.SESSION_SECRET)
})

test('the settings cannot be changed afterwards', () => {
  expect(Object.isFrozen(requireEnv(GOOD))).toBe(true)
})

test('C10: the first administrator needs both settings, and the password does not print', () => {
  const both = { ADMIN_EMAIL: 'Root@Example.com', ADMIN_PASSWORD: 'quiet-harvest-lantern-58' }
  expect(problems({ ADMIN_EMAIL: both.ADMIN_EMAIL })).toEqual(['ADMIN_PASSWORD is missing'])
  expect(problems({ ADMIN_PASSWORD: both.ADMIN_PASSWORD })).toEqual(['ADMIN_EMAIL is missing'])
  expect(problems({ ...both, ADMIN_EMAIL: 'root' })).toEqual(['ADMIN_EMAIL must be an email address'])
  const env = requireEnv({ ...GOOD, ...both })
  expect(env.ADMIN_EMAIL).toBe('root@example.com')
  expect(inspect(env)).not.toContain(both.ADMIN_PASSWORD)
})

describe.each(['prod', 'staging'])('L1: secrets with ENV=%s', (ENV) => {
  const said = (change: Record<string, string>) => problems({ ...change, ENV })

  test.each([
    ['change-me-change-me-change-me-change-me'],
    ['CHANGEME-0123456789-0123456789-0123456789'],
    ['your_secret_key_0123456789_0123456789_abc'],
    ['a'.repeat(40)],
    ['abab'.repeat(10)],
  ])('one that a copied example left behind is refused, and not shown: %s', (value) => {
    for (const key of ['SESSION_SECRET', 'TOKEN_PEPPER', 'SESSION_SECRET_PREVIOUS', 'TOKEN_PEPPER_PREVIOUS'])
      expect(said({ [key]: value })).toEqual([`${key} must be random: openssl rand -base64 32`])
  })

  test('no two of them are the same', () => {
    expect(said({ TOKEN_PEPPER: GOOD.SESSION_SECRET })).toEqual([
      'TOKEN_PEPPER must differ from SESSION_SECRET',
    ])
    expect(said({ SESSION_SECRET_PREVIOUS: GOOD.SESSION_SECRET })).toEqual([
      'SESSION_SECRET_PREVIOUS must differ from SESSION_SECRET',
    ])
    expect(said({ TOKEN_PEPPER_PREVIOUS: GOOD.TOKEN_PEPPER })).toEqual([
      'TOKEN_PEPPER_PREVIOUS must differ from TOKEN_PEPPER',
    ])
  })

  test('a key is random, and each version has its own', () => {
    const zeros = Buffer.alloc(32).toString('base64')
    expect(said({ ENCRYPTION_KEYS: JSON.stringify({ v1: zeros }) })).toEqual([
      'ENCRYPTION_KEYS must be random: openssl rand -base64 32',
    ])
    expect(said({ ENCRYPTION_KEYS: JSON.stringify({ v1: key, v2: key }) })).toEqual([
      'ENCRYPTION_KEYS must hold a different key for each version',
    ])
  })
})

test('L1: on a developer’s own machine nobody minds', () => {
  expect(() => requireEnv({ ...GOOD, TOKEN_PEPPER: GOOD.SESSION_SECRET })).not.toThrow()
  expect(() => requireEnv({ ...GOOD, SESSION_SECRET: 'a'.repeat(32) })).not.toThrow()
})

test('a random secret is never taken for a placeholder', () => {
  for (let round = 0; round < 2000; round += 1)
    for (const encoding of ['base64', 'base64url', 'hex'] as const)
      expect(isPlaceholder(randomBytes(32).toString(encoding))).toBe(false)
})

describe('A15: what a copied example or an image came with', () => {
  const shown = (change: Record<string, string>) => [
    ...new Set(['prod', 'staging'].flatMap((ENV) => problems({ ...change, ENV }))),
  ]
  const urls = ['DATABASE_URL', 'MIGRATION_DATABASE_URL', 'JOBS_DATABASE_URL', 'READONLY_DATABASE_URL']

  test.each(['postgres', 'password', 'Password1', 'admin', 'change-me-please', 'aaaaaaaaaaaa', 'app'])(
    'a URL with the password %s is refused, and is not shown',
    (password) => {
      for (const key of urls) {
        const said = shown({ [key]: `postgres://app:${password}@db:5432/latchkey` })
        expect(said[0]).toBe(`${key} must hold a password that nobody guesses: npm run gen-secrets`)
      }
      expect(shown({ REDIS_URL: `redis://app:${password}@redis:6379/0` })).toEqual([
        'REDIS_URL must hold a password that nobody guesses: npm run gen-secrets',
      ])
    },
  )

  test('the name once more is no password, whatever the name is', () => {
    const twice = 'postgres://harbour_keeper:harbour_keeper@db:5432/latchkey'
    expect(shown({ DATABASE_URL: twice })[0]).toBe(
      'DATABASE_URL must hold a password that nobody guesses: npm run gen-secrets',
    )
  })

  test('one without a password has other ways in, and on a developer’s machine nobody minds', () => {
    expect(shown({ DATABASE_URL: 'postgres://app@db:5432/latchkey' })).toEqual([])
    expect(() => requireEnv({ ...GOOD, DATABASE_URL: 'postgres://app:postgres@db/latchkey' })).not.toThrow()
  })

  test('a catcher of letters is no mail server', () => {
    const SMTP = { SMTP_USE_TLS: 'off', EMAIL_FROM_ADDRESS: 'hello@example.com' }
    for (const SMTP_HOST of ['localhost', '127.0.0.1', '::1'])
      expect(problems({ ...SMTP, SMTP_HOST, SMTP_PORT: '1025' })).toEqual([
        'SMTP_HOST must not be a catcher of letters on this machine (port 1025) with ENV=prod',
      ])
    expect(problems({ ...SMTP, SMTP_HOST: 'localhost', SMTP_PORT: '25' })).toEqual([])
    expect(problems({ SMTP_PORT: '1025' })).toEqual([])
    expect(problems({ ...SMTP, ENV: 'staging', SMTP_HOST: 'localhost', SMTP_PORT: '1025' })).toEqual([])
  })

  test('nor a password that stands in the docs', () => {
    const USER = { SMTP_HOST: 'smtp.example.com', SMTP_USER: 'ada', EMAIL_FROM_ADDRESS: 'hello@example.com' }
    expect(shown({ ...USER, SMTP_PASS: 'change-me' })).toEqual([
      'SMTP_PASS must be the password that the mail server gave you',
    ])
    for (const ADMIN_PASSWORD of [DEMO_PASSWORD, 'change-me-now-please', 'aaaaaaaaaaaaaaaa'])
      expect(shown({ ADMIN_EMAIL: 'root@example.com', ADMIN_PASSWORD })).toEqual([
        'ADMIN_PASSWORD must not be one that everybody knows',
      ])
  })
})
