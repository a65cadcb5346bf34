import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect, parseEnv } from 'node:util'
import fc from 'fast-check'
import { afterAll, describe, expect, test } from 'vitest'
import type { z } from 'zod'
import { Secret } from '@latchkey/shared/secret'
import { loadSettings, readDeployEnv } from '../deploy-env.ts'
import { readSettings, SECRET_SETTING_KEYS, SETTING_KEYS } from '../settings.ts'
import * as shape from '../shapes.ts'

const ROOT = join(import.meta.dirname, '../..')
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8')
const folder = mkdtempSync(join(tmpdir(), 'latchkey-deploy-env-'))
afterAll(() => rmSync(folder, { recursive: true }))

const HASH = `$2b$12$${'abcdefghijklmnopqrstuvwxyz./ABCDEFGHIJKLMNOPQRSTUVWXYZ0'.slice(0, 53)}`
const HOST_KEY = `ssh-ed25519 ${Buffer.concat([Buffer.from([0, 0, 0, 11]), Buffer.from('ssh-ed25519'), Buffer.from([0, 0, 0, 32]), Buffer.alloc(32, 7)]).toString('base64')}`
const GOOD = { ENV: 'staging', WEBSITE_DOMAIN: 'example.com', ACME_EMAIL: 'ops@example.com' }
const ALL = {
  ...GOOD,
  ADMIN_DNS_LABEL: 'admin',
  ADMIN_ALLOWLIST: '203.0.113.7, 2001:db8::/48',
  ADMIN_BASIC_AUTH: `root:${HASH}`,
  JOBS_UI_DNS_LABEL: 'jobs',
  DB_UI_DNS_LABEL: 'db',
  TRAEFIK_DNS_LABEL: 'traefik',
  OPS_ALLOWLIST: '203.0.113.0/24',
  OPS_BASIC_AUTH: `ops:${HASH}`,
  DO_APP_BRANCH: 'release/2026.1',
  DO_API_TOKEN: 'dop_v1_0123456789abcdef',
  DO_API_URL: 'http://127.0.0.1:8080',
  DO_DROPLET_NAME: 'latchkey-1',
  DO_REGION: 'ams3',
  DO_SIZE: 's-1vcpu-1gb',
  DO_IMAGE: 'debian-13-x64',
  DO_SSH_KEY_NAME: 'Ada at work',
  DEPLOY_HOST: '203.0.113.9',
  DEPLOY_SSH_USER: 'deploy',
  DEPLOY_SSH_PORT: '2222',
  DEPLOY_SSH_KEY_FILE: '/home/ada/.ssh/id_ed25519',
  DEPLOY_HOST_KEY: HOST_KEY,
  DEPLOY_PATH: '/opt/latchkey',
  DEPLOY_REPOSITORY: 'git@git.example.com:team/latchkey.git',
}
const problems = (change: Record<string, string | undefined>) => {
  const given = readSettings({ ...GOOD, ...change })
  return given.ok ? [] : given.problems
}

describe('A14: the settings of a deploy', () => {
  test('three have to be given, and all that is wrong is said at once', () => {
    expect(problems({})).toEqual([])
    expect(problems({ ENV: '', WEBSITE_DOMAIN: undefined, ACME_EMAIL: ' ', DEPLOY_SSH_PORT: '0' })).toEqual([
      'ENV is missing',
      'WEBSITE_DOMAIN is missing',
      'ACME_EMAIL is missing',
      'DEPLOY_SSH_PORT must be a port number',
    ])
  })

  test('each may be given, is frozen, and the secret ones do not print', () => {
    expect(Object.keys(ALL).sort()).toEqual([...SETTING_KEYS].sort())
    const given = readSettings(ALL)
    if (!given.ok) throw new Error(given.problems.join())
    expect(Object.isFrozen(given.settings)).toBe(true)
    expect(given.settings.ADMIN_ALLOWLIST).toEqual(['203.0.113.7', '2001:db8::/48'])
    expect(given.settings.DEPLOY_SSH_PORT).toBe(2222)
    const secret = SETTING_KEYS.filter((key) => given.settings[key] instanceof Secret)
    expect(secret.sort()).toEqual([...SECRET_SETTING_KEYS].sort())
    expect(inspect(given.settings, { depth: 9 })).not.toMatch(/dop_v1|\$2b/)
  })

  test.each([
    ['ADMIN_ALLOWLIST', { ADMIN_BASIC_AUTH: ALL.ADMIN_BASIC_AUTH }, /^ADMIN_ALLOWLIST is missing/],
    ['ADMIN_BASIC_AUTH', { ADMIN_ALLOWLIST: '203.0.113.7' }, /^ADMIN_BASIC_AUTH is missing/],
    [
      'OPS_BASIC_AUTH',
      { JOBS_UI_DNS_LABEL: 'jobs', OPS_ALLOWLIST: '203.0.113.7' },
      /^OPS_BASIC_AUTH is missing/,
    ],
    [
      'OPS_ALLOWLIST',
      { DB_UI_DNS_LABEL: 'db', OPS_BASIC_AUTH: ALL.OPS_BASIC_AUTH },
      /^OPS_ALLOWLIST is missing/,
    ],
    ['two labels', { ...ALL, DB_UI_DNS_LABEL: 'jobs' }, /^DB_UI_DNS_LABEL must be a name of its own/],
    ['a label', { ADMIN_DNS_LABEL: 'www' }, /^ADMIN_DNS_LABEL must be a name of its own/],
  ])('P4, P6: %s is right by itself and wrong together', (_, change, says) => {
    expect(problems(change)).toEqual([expect.stringMatching(says)])
  })

  test('P6: what is for operators alone is not there in prod', () => {
    expect(problems({ ...ALL, ENV: 'prod' })).toEqual(
      ['JOBS_UI_DNS_LABEL', 'DB_UI_DNS_LABEL', 'TRAEFIK_DNS_LABEL'].map(
        (key) => `${key} must be left out with ENV=prod`,
      ),
    )
  })
})

describe('O2: what is no such thing is refused by name, and not said back', () => {
  const cases: Partial<Record<keyof typeof ALL, string[]>> = {
    ENV: ['production', 'local', '-staging'],
    WEBSITE_DOMAIN: [
      'intranet',
      'Example.com',
      '-a.com',
      'a-.com',
      'a..com',
      '203.0.113.7',
      'a.com/b',
      'a.com:80',
    ],
    ACME_EMAIL: ['-x@example.com', 'a@example.com\nb', '$(id)@example.com', 'Ada <a@example.com>'],
    ADMIN_DNS_LABEL: ['a.b', '-a', 'a_b', 'A', 'x'.repeat(64)],
    ADMIN_ALLOWLIST: ['0.0.0.0/0', '::/0', '10.0.0.0/33', 'everyone', '10.0.0.1;id', '1.2.3.4/00'],
    ADMIN_BASIC_AUTH: [
      'root',
      'root:plain',
      `root:${HASH}x`,
      `-r:${HASH}`,
      'root:$apr1$abc$def',
      `a b:${HASH}`,
    ],
    DO_APP_BRANCH: [
      '-main',
      '--upload-pack=touch x',
      '$(touch x)',
      'a..b',
      'a//b',
      'a/.b',
      'a.lock',
      'a.lock/b',
      'a/',
      'a.',
      'a b',
      'a;b',
      'a~1',
      'a^',
      'a:b',
      '@{u}',
      '/a',
      'a\nb',
      'x'.repeat(201),
    ],
    DO_API_TOKEN: ['short', '-'.repeat(20), 'dop_v1_0123456789 abcdef'],
    DO_API_URL: ['http://api.example.com', 'ftp://x', 'https://u:p@api.example.com', 'https://a.com/v2', 'x'],
    DO_DROPLET_NAME: ['-x', 'a b', 'A', 'a/b'],
    DO_SSH_KEY_NAME: ['-x', "it's", 'a\nb', ' a'],
    DEPLOY_HOST: ['-oProxyCommand=touch x', 'a b', 'user@host', 'fe80::1%eth0', '999.1.1.1', 'host;id'],
    DEPLOY_SSH_USER: ['-l', 'a b', 'Root', 'a@b', '$USER', 'x'.repeat(33)],
    DEPLOY_SSH_PORT: ['0', '65536', '22 ', '-22', '0x16', '22\n'],
    DEPLOY_SSH_KEY_FILE: ['id_ed25519', '~/.ssh/id', '/a\nb', '/a"b', '/a$b', '-i'],
    DEPLOY_HOST_KEY: [
      'AAAA',
      'ssh-ed25519 AAAB',
      HOST_KEY.replace('ed25519', 'rsa'),
      HOST_KEY.slice(0, -8),
      `${HOST_KEY} x;y`,
      `${HOST_KEY}\n`,
      HOST_KEY.replace('AAAAC3NzaC1l', 'AAAAC3NzaC1l '),
      `@${HOST_KEY}`,
    ],
    DEPLOY_PATH: ['opt', '/', '/opt/', '/opt/../etc', '/opt/a b', '/opt/$x', '/-x', '/opt//x', '/.ssh'],
    DEPLOY_REPOSITORY: [
      'ext::sh -c touch% x',
      'https://u:p@git.example.com/a',
      '--upload-pack=x',
      'git@host:-x',
      'file:///x',
      'http://git.example.com/a',
      '/a/../b',
      '-a@b:c',
    ],
  }
  const rows = Object.entries(cases).flatMap(([key, values]) => values.map((value) => [key, value] as const))

  test.each(rows)('%s=%j', (key, value) => {
    const said = problems({ ...ALL, [key]: value })
    expect(said).toEqual([expect.stringMatching(new RegExp(`^${key} (must|is)`))])
    if (value.length > 7) expect(said[0]).not.toContain(value)
  })

  test('and every form that is meant is taken', () => {
    const taken: Partial<Record<keyof typeof ALL, string[]>> = {
      WEBSITE_DOMAIN: ['example.com', 'a.b-c.example', 'xn--bcher-kva.example', '1.example'],
      DO_APP_BRANCH: ['main', 'feature/one_two', 'v1.2.3', 'a-b'],
      DO_API_URL: ['https://api.digitalocean.com', 'http://localhost:1234', 'http://[::1]:1234'],
      DEPLOY_HOST: ['example.com', '203.0.113.9', '2001:db8::1', 'localhost'],
      DEPLOY_SSH_KEY_FILE: ['C:\\Users\\Ada\\.ssh\\id', '/home/ada/my keys/id'],
      DEPLOY_REPOSITORY: [
        'https://git.example.com/team/latchkey.git',
        'ssh://git@git.example.com:2222/team/latchkey.git',
        '/srv/git/latchkey.git',
      ],
    }
    for (const [key, values] of Object.entries(taken))
      for (const value of values)
        expect([key, value, problems({ ...ALL, [key]: value })]).toEqual([key, value, []])
  })
})

describe('O2: of 100,000 hostile strings', () => {
  /** What may be said of each kind without knowing its pattern. */
  const KINDS: Record<string, [z.ZodType, RegExp, example: string]> = {
    hostName: [shape.hostName, /^[a-z0-9.-]{1,253}$/, 'git.example.com'],
    domain: [shape.domain, /^[a-z0-9.-]{3,253}$/, 'example.com'],
    emailAddress: [shape.emailAddress, /^[\w.+@-]{3,254}$/, 'ops@example.com'],
    dnsLabel: [shape.dnsLabel, /^[a-z0-9-]{1,63}$/, 'admin'],
    hostOrAddress: [shape.hostOrAddress, /^[a-zA-F0-9.:-]{1,253}$/, '2001:db8::1'],
    branch: [shape.branch, /^(?!.*(\.\.|\/\/))[\w./-]{1,200}$/, 'release/1.2'],
    userName: [shape.userName, /^[a-z0-9_-]{1,32}$/, 'deploy'],
    remotePath: [shape.remotePath, /^\/(?!.*(\/\.|\/\/|\/-))[\w./-]{1,199}$/, '/opt/app'],
    localPath: [shape.localPath, /^(\/|[A-Za-z]:)[^\n\r\0"'`$;|&<>]*$/, '/home/ada/.ssh/id'],
    slug: [shape.slug, /^[a-z0-9.-]{1,64}$/, 's-2vcpu-4gb'],
    keyName: [shape.keyName, /^[\w .@+-]{1,100}$/, 'Ada at work'],
    network: [shape.network, /^[a-fA-F0-9.:/]{2,50}$/, '203.0.113.0/24'],
    basicAuth: [shape.basicAuth, /^[\w.@-]+:\$2[\w$./]{58}$/, `root:${HASH}`],
    hostKey: [shape.hostKey, /^[a-z0-9-]+ [\w+/=]+$/, HOST_KEY],
    secretToken: [shape.secretToken, /^[\w.-]{16,300}$/, 'dop_v1_0123456789abcdef'],
    apiOrigin: [shape.apiOrigin, /^https?:\/\/[\w.:[\]-]+\/?$/, 'https://api.example.com'],
    repository: [
      shape.repository,
      /^(?!.*([/:]\.\.|::))[\w.@:/-]{1,300}$/,
      'git@git.example.com:team/app.git',
    ],
  }
  const RUNS = Math.ceil(100_000 / Object.keys(KINDS).length)
  const HOSTILE = [
    '-',
    '--',
    '-o',
    '=',
    ' ',
    '\n',
    '\r',
    '\0',
    '\t',
    '$(id)',
    '`id`',
    ';',
    '|',
    '&',
    '>',
    '"',
    "'",
  ]
  const MORE = [
    '..',
    '/',
    '//',
    '.',
    ':',
    '@',
    '%',
    '\\',
    '{',
    '}',
    '*',
    '?',
    '~',
    '#',
    '!',
    '\u202e',
    '\u00a0',
    'é',
  ]

  test.each(Object.entries(KINDS))(
    '%s: what passes is what is meant, and no flag',
    (_, [kind, meant, example]) => {
      expect(kind.safeParse(example).success).toBe(true)
      const cut = fc
        .tuple(fc.nat(example.length), fc.nat(example.length))
        .map(([a, b]) => example.slice(a, b))
      const piece = fc.oneof(
        { weight: 4, arbitrary: cut },
        { weight: 3, arbitrary: fc.constantFrom(...HOSTILE, ...MORE) },
        { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 8 }) },
      )
      const hostile = fc.oneof(
        fc.array(piece, { maxLength: 6 }).map((pieces) => pieces.join('')),
        fc
          .tuple(fc.nat(example.length), fc.constantFrom(...HOSTILE, ...MORE))
          .map(([at, sign]) => example.slice(0, at) + sign + example.slice(at)),
      )
      const holds = fc.property(hostile, (value) => {
        const read = kind.safeParse(value)
        if (!read.success) return
        if (value.startsWith('-') || /\p{Cc}/u.test(value) || !meant.test(String(read.data)))
          throw new Error('it passed')
      })
      fc.assert(holds, { numRuns: RUNS })
    },
  )

  test('O3: a host key is taken as the line of a .pub file has it, and kept without its comment', () => {
    for (const comment of ['', ' ', ' root@droplet', ' made by hand 2026-11-22'])
      expect(shape.hostKey.parse(`${HOST_KEY}${comment}`)).toBe(HOST_KEY)
  })

  test('none takes long to be refused, however long it is', () => {
    const before = process.threadCpuUsage()
    for (const [kind, , example] of Object.values(KINDS))
      for (const filler of [example, 'a', '0', 'a.', '/a', '1.', ':', '-'])
        expect(kind.safeParse(`${filler.repeat(100_000 / filler.length)}!`).success).toBe(false)
    expect(process.threadCpuUsage(before).user / 1000).toBeLessThan(2000)
  })
})

describe('A14: deploy.env', () => {
  const file = (text: string) => {
    const path = join(folder, 'deploy.env')
    writeFileSync(path, text)
    return path
  }
  const lines = Object.entries(GOOD).map(([key, value]) => `${key}=${value}`)

  test('is read, and the environment wins', () => {
    const path = file(
      [...lines, `ADMIN_BASIC_AUTH='${ALL.ADMIN_BASIC_AUTH}'`, 'ADMIN_ALLOWLIST=203.0.113.7'].join('\n'),
    )
    const settings = loadSettings({ ENV: 'prod', PATH: '/bin', SESSION_SECRET: 'x' }, path)
    expect(settings.ENV).toBe('prod')
    expect(settings.ADMIN_BASIC_AUTH?.reveal()).toBe(ALL.ADMIN_BASIC_AUTH)
  })

  test('a key that is none is refused with everything else, and with what to type next', () => {
    const path = file([...lines, 'DEPLOY_HOSTS=example.com', 'DEPLOY_SSH_PORT=x'].join('\n'))
    expect(readDeployEnv({}, path)).toEqual({
      ok: false,
      problems: [
        'DEPLOY_HOSTS is in the file, and no setting of a deploy',
        'DEPLOY_SSH_PORT must be a port number',
      ],
    })
    expect(() => loadSettings({}, path)).toThrow(/DEPLOY_SSH_PORT[^]*\nNext: .*deploy\.env/)
  })

  test('A18: a secret may come from a file', () => {
    const token = join(folder, 'token')
    writeFileSync(token, `${ALL.DO_API_TOKEN}\n`)
    const settings = loadSettings({}, file([...lines, `DO_API_TOKEN_FILE=${token}`].join('\n')))
    expect(settings.DO_API_TOKEN?.reveal()).toBe(ALL.DO_API_TOKEN)
    expect(() => loadSettings({ DO_API_TOKEN_FILE: '/nowhere' }, file(lines.join('\n')))).toThrow(
      'DO_API_TOKEN_FILE names a file that is not there',
    )
  })
})

test('A1: deploy.env.example lists every setting of a deploy, and no other, and works once it is filled', () => {
  const keys = [...read('deploy.env.example').matchAll(/^#? ?([A-Z][A-Z0-9_]+)=/gm)].map(([, key]) => key)
  expect(keys.sort()).toEqual([...SETTING_KEYS].sort())
  expect(readSettings({ ...parseEnv(read('deploy.env.example')), ...GOOD }).ok).toBe(true)
})

test('A1: the defaults in deploy.env.example and its page are those of the schema', () => {
  const given = readSettings(GOOD)
  if (!given.ok) throw new Error('it should be')
  const shown = parseEnv(read('deploy.env.example').replace(/^# (?=[A-Z0-9_]+=)/gm, ''))
  const page = Object.fromEntries(
    [...read('docs/DEPLOY_SETTINGS.md').matchAll(/^\| `([A-Z][A-Z0-9_]+)` \| (?:none|`([^`]+)`) \|/gm)].map(
      ([, key = '', value = '']): [string, string] => [key, value],
    ),
  )
  expect(Object.keys(page).sort()).toEqual([...SETTING_KEYS].sort())
  for (const key of SETTING_KEYS.filter((key) => !(key in GOOD))) {
    const value = given.settings[key]
    const written = value === undefined || Array.isArray(value) ? '' : String(value)
    expect([key, shown[key], page[key]]).toEqual([key, written, written])
  }
})
