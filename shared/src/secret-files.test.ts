import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { afterAll, describe, expect, test } from 'vitest'
import { ENV_KEYS, readEnv, requireEnv } from './env.ts'
import { readSecretFile } from './read-secret-file.ts'
import { SECRET_KEYS } from './secret-files.ts'
import { Secret } from './secret.ts'

const folder = mkdtempSync(join(tmpdir(), 'latchkey-secrets-'))
afterAll(() => rmSync(folder, { recursive: true }))

function file(name: string, text: string): string {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}

function loop(): string {
  const path = join(folder, 'loop')
  symlinkSync(path, path)
  return path
}

const random = (at: number) => Buffer.from(`0123456789-abcdefghijkl-number-${at}`).toString('base64')
const VALUES: Record<(typeof SECRET_KEYS)[number], string> = {
  DATABASE_URL: 'postgres://app:lion-of-app@db/latchkey',
  MIGRATION_DATABASE_URL: 'postgres://owner:lion-of-owner@db/latchkey',
  ADMIN_DATABASE_URL: 'postgres://admin:lion-of-admin@db/postgres',
  JOBS_DATABASE_URL: 'postgres://jobs:lion-of-jobs@db/latchkey',
  READONLY_DATABASE_URL: 'postgres://readonly:lion-of-readonly@db/latchkey',
  REDIS_URL: 'redis://app:lion-of-redis@redis:6379/0',
  TURNSTILE_SECRET_KEY: '0x4AAAAAAA-a-secret',
  SMTP_PASS: 'lion-of-smtp',
  SESSION_SECRET: random(1),
  SESSION_SECRET_PREVIOUS: random(2),
  TOKEN_PEPPER: random(3),
  TOKEN_PEPPER_PREVIOUS: random(4),
  ENCRYPTION_KEYS: JSON.stringify({ v1: Buffer.alloc(32, '0123456789abcdef').toString('base64') }),
  ADMIN_PASSWORD: 'quiet-harvest-lantern-58',
}
const PARTNERS = {
  ENV: 'prod',
  PUBLIC_URL: 'https://example.com',
  TURNSTILE_SITE_KEY: '0x4AAAAAAA-a-site-key',
  SMTP_HOST: 'smtp.example.com',
  SMTP_USER: 'ada',
  EMAIL_FROM_ADDRESS: 'hello@example.com',
  ADMIN_EMAIL: 'root@example.com',
}
const FILES = Object.fromEntries(
  Object.entries(VALUES).map(([key, value]) => [`${key}_FILE`, file(key.toLowerCase(), `${value}\n`)]),
)
const problems = (change: Record<string, string | undefined>) => {
  const read = readEnv({ ...PARTNERS, ...FILES, ...change }, readSecretFile)
  return read.ok ? [] : read.problems
}

test('A18: every secret may come from a file, and is the same as one that was given', () => {
  const revealed = (env: object) => JSON.stringify(env, (_, value: unknown) => shown(value))
  const shown = (value: unknown) => (value instanceof Secret ? value.reveal() : value)
  const raw = (source: Record<string, string>) => {
    const env = requireEnv({ ...PARTNERS, ...source }, readSecretFile)
    return revealed(Object.fromEntries(Object.entries(env).map(([key, value]) => [key, shown(value)])))
  }
  expect(raw(FILES)).toBe(raw(VALUES))
  expect(raw(FILES)).toContain('lion-of-owner')
  expect(inspect(requireEnv({ ...PARTNERS, ...FILES }, readSecretFile), { depth: 9 })).not.toContain(
    'lion-of-',
  )
})

test('A18: those that may come from a file are those that are secret, and no other', () => {
  const env = requireEnv({ ...PARTNERS, ...VALUES })
  const secret = ENV_KEYS.filter((key) => JSON.stringify(env[key])?.includes('[REDACTED]'))
  expect([...SECRET_KEYS].sort()).toEqual(secret.sort())
})

test('A18: one line break at the end is no part of a secret, and everything else is', () => {
  const smtp = (text: string) =>
    requireEnv(
      { ...PARTNERS, ...FILES, SMTP_PASS_FILE: file('smtp', text) },
      readSecretFile,
    ).SMTP_PASS?.reveal()
  expect(smtp('mail-lion')).toBe('mail-lion')
  expect(smtp('mail-lion\n')).toBe('mail-lion')
  expect(smtp('mail-lion\r\n')).toBe('mail-lion')
  expect(smtp('mail-lion \n\n')).toBe('mail-lion \n')
})

test.each(['', ' \n\t\n'])('A18: a file with nothing in it is a secret that is not set: %j', (text) => {
  expect(problems({ SMTP_PASS_FILE: file('nothing', text), SMTP_USER: '' })).toEqual([])
  expect(problems({ SESSION_SECRET_FILE: file('nothing', text) })).toEqual(['SESSION_SECRET is missing'])
})

test('A18: an empty name is none', () => {
  expect(
    problems({ ENV: 'staging', REDIS_URL_FILE: '', SMTP_PASS_FILE: ' ', SMTP_PASS: VALUES.SMTP_PASS }),
  ).toEqual([])
})

describe('A18: a file that cannot be used is refused by name and reason, and nothing of it is shown', () => {
  const cases: [string, () => string, string][] = [
    ['is not there', () => join(folder, 'nowhere'), 'names a file that is not there'],
    ['has a file for a folder', () => join(file('plain', 'x'), 'below'), 'names a file that is not there'],
    ['is a folder', () => folder, 'names something that is not a file'],
    ['is a device', () => '/dev/null', 'names something that is not a file'],
    ['is a link to itself', loop, 'names a file that cannot be read'],
    ['is too large', () => file('large', 's3cr3t'.repeat(11_000)), 'names a file of more than 64 KB'],
  ]
  test.each(cases)('%s', (_, path, says) => {
    expect(problems({ SESSION_SECRET_FILE: path() })).toEqual([`SESSION_SECRET_FILE ${says}`])
  })

  test('both are given', () => {
    expect(problems({ DATABASE_URL: VALUES.DATABASE_URL })).toEqual([
      'DATABASE_URL and DATABASE_URL_FILE are both given; keep one of them',
    ])
  })

  test('nobody here reads files', () => {
    const read = readEnv({ ...PARTNERS, ...VALUES, SMTP_PASS: undefined, SMTP_PASS_FILE: '/run/secrets/x' })
    expect(read.ok ? [] : read.problems).toContain('SMTP_PASS_FILE names a file where none can be read')
  })

  test('a secret typed where its file should be named is not said back', () => {
    const typed = problems({ SMTP_PASS_FILE: 'hunter2-hunter2' })
    expect(typed).toEqual(['SMTP_PASS_FILE names a file that is not there'])
  })
})

test('A18: all that is wrong is said at once, with the rest', () => {
  expect(
    problems({
      SERVER_PORT: 'x',
      DATABASE_URL_FILE: join(folder, 'nowhere'),
      TOKEN_PEPPER_FILE: file('short', 'too-short'),
      SESSION_SECRET: VALUES.SESSION_SECRET,
    }),
  ).toEqual([
    'DATABASE_URL_FILE names a file that is not there',
    'SESSION_SECRET and SESSION_SECRET_FILE are both given; keep one of them',
    'SERVER_PORT must be a port number',
    'TOKEN_PEPPER must hold at least 32 characters: openssl rand -base64 32',
  ])
})

test('L1: a placeholder in a file is a placeholder', () => {
  expect(problems({ SESSION_SECRET_FILE: file('placeholder', 'change-me-'.repeat(4)) })).toEqual([
    'SESSION_SECRET must be random: openssl rand -base64 32',
  ])
})

test('A18: a link to the file does as well, which is how orchestrators mount secrets', () => {
  mkdirSync(join(folder, '..data'))
  writeFileSync(join(folder, '..data', 'pepper'), VALUES.TOKEN_PEPPER)
  symlinkSync(join('..data', 'pepper'), join(folder, 'pepper'))
  expect(problems({ TOKEN_PEPPER_FILE: join(folder, 'pepper') })).toEqual([])
})
