import { spawn } from 'node:child_process'
import { createHash, createPrivateKey, X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseEnv } from 'node:util'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { requireEnv } from '@latchkey/shared/env'
import { isPlaceholder } from '@latchkey/shared/placeholder'
import { readSecretFile } from '@latchkey/shared/read-secret-file'
import { openSecretFolder } from '../secrets/folder.ts'
import { RECIPES, YOURS } from '../secrets/recipes.ts'
import { writeSecrets } from '../secrets/write-secrets.ts'

const all = mkdtempSync(join(tmpdir(), 'latchkey-gen-'))
afterAll(() => rmSync(all, { recursive: true }))
let folder = ''
let round = 0
beforeEach(() => {
  folder = join(all, `secrets-${(round += 1)}`)
})

async function generate(...words: string[]) {
  const child = spawn(process.execPath, [join(import.meta.dirname, '../gen-secrets.ts'), ...words])
  let said = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (said += text))
  const [code] = (await once(child, 'close')) as [number]
  return { code, said }
}

function write(...force: string[]) {
  const written = writeSecrets(openSecretFolder(folder), { force, redisPrefix: 'latchkey:' })
  return written.filter(({ outcome }) => outcome === 'made').map(({ name }) => name)
}
const read = (name: string) => readFileSync(join(folder, name), 'utf8')
const everything = () => Object.fromEntries(readdirSync(folder).map((name) => [name, read(name)]))
const modeOf = (path: string) => (statSync(path).mode & 0o777).toString(8)
const names = [...RECIPES.map(({ name }) => name), ...YOURS].sort()

test('A16, O10: an empty folder is filled, shut to others, and nothing of it is shown', async () => {
  const { code, said } = await generate('--write', folder)
  expect(code).toBe(0)
  expect(readdirSync(folder).sort()).toEqual(names)
  expect(modeOf(folder)).toBe('700')
  expect(new Set(names.map((name) => modeOf(join(folder, name))))).toEqual(new Set(['444']))
  for (const text of Object.values(everything()))
    for (const line of text.split('\n').filter((one) => one.length > 8)) expect(said).not.toContain(line)
  expect(said).toMatch(/session_secret +made/)
  expect(said).toMatch(/smtp_pass +empty; only you/)
})

test('A16: what it writes starts the processes in prod', () => {
  write()
  const keys = names.filter((name) => !/^(postgres_|redis_users)/.test(name))
  const files = Object.fromEntries(keys.map((name) => [`${name.toUpperCase()}_FILE`, join(folder, name)]))
  const rest = { ENV: 'prod', PUBLIC_URL: 'https://example.com', ADMIN_EMAIL: 'root@example.com' }
  const env = requireEnv({ ...rest, ...files }, readSecretFile)
  expect(env.DATABASE_URL.reveal()).toMatch(
    /^postgres:\/\/latchkey_app:[\w-]{32}@postgres:5432\/latchkey\?sslmode=verify-full&sslrootcert=\/run\/secrets\/postgres_cert$/,
  )
  const passwords = names
    .filter((name) => /^(\w+_)?(database|redis)_url$/.test(name))
    .map((name) => new URL(read(name)).password)
  expect(new Set(passwords).size).toBe(6)
  for (const secret of [...passwords, read('postgres_password'), read('admin_password')])
    expect([isPlaceholder(secret), secret.length >= 24]).toEqual([false, true])
})

test('A16, N7, Q13: what belongs together fits together', () => {
  write()
  const hash = createHash('sha256')
    .update(new URL(read('redis_url')).password)
    .digest('hex')
  expect(read('redis_users')).toContain(`user app on #${hash} `)
  const certificate = new X509Certificate(read('postgres_cert'))
  expect(certificate.checkPrivateKey(createPrivateKey(read('postgres_key')))).toBe(true)
  expect(certificate.checkHost('postgres')).toBe('postgres')
  expect(Date.parse(certificate.validTo) - Date.now()).toBeGreaterThan(4 * 365 * 86_400_000)
})

test('A16: a second run makes nothing, and one on a part makes the rest to fit', () => {
  write()
  const before = everything()
  expect(write()).toEqual([])
  expect(everything()).toEqual(before)
  for (const name of ['redis_users', 'postgres_cert', 'session_secret']) rmSync(join(folder, name))
  expect(write()).toEqual(['postgres_cert', 'redis_users', 'session_secret'])
  expect(read('redis_users')).toBe(before['redis_users'])
  expect(
    new X509Certificate(read('postgres_cert')).checkPrivateKey(createPrivateKey(read('postgres_key'))),
  ).toBe(true)
  expect(read('session_secret')).not.toBe(before['session_secret'])
})

describe('A16: what is there is written over by name only', () => {
  beforeEach(() => void write())

  test.each([
    [['session_secret'], ['session_secret']],
    [['redis_url'], ['redis_url', 'redis_users']],
    [['redis_users'], ['redis_users']],
    [['postgres_cert'], ['postgres_cert']],
    [['postgres_key'], ['postgres_key', 'postgres_cert']],
  ])('--force %j makes %j anew', (force, made) => {
    const before = everything()
    expect(write(...force)).toEqual(made)
    const changed = names.filter((name) => before[name] !== read(name))
    expect(changed).toEqual(
      made.filter((name) => name !== 'redis_users' || force.includes('redis_url')).sort(),
    )
    expect(new Set(names.map((name) => modeOf(join(folder, name))))).toEqual(new Set(['444']))
  })

  test('keys that have sealed something stay beside the new one', () => {
    const before = JSON.parse(read('encryption_keys')) as Record<string, string>
    write('encryption_keys')
    const after = JSON.parse(read('encryption_keys')) as Record<string, string>
    expect(Object.keys(after)).toEqual(['v1', 'v2'])
    expect(after['v1']).toBe(before['v1'])
  })

  test('a name that can not be made is refused, and nothing is written', () => {
    const before = everything()
    for (const name of ['smtp_pass', '../escape', '--json']) {
      expect(() => write(name, 'session_secret')).toThrow(/no secret that can be made/)
    }
    expect(everything()).toEqual(before)
  })
})

test.each([
  ['redis_users', 'redis_url'],
  ['postgres_cert', 'postgres_key'],
])('A16: %s without the %s that it was made from is not made to fit something else', (orphan, from) => {
  write()
  rmSync(join(folder, from))
  rmSync(join(folder, 'session_secret'))
  expect(() => write()).toThrow(`Next: bring ${from} back, or make both anew with: --force ${from}`)
  expect(existsSync(join(folder, 'session_secret'))).toBe(false)
  expect(write(from)).toEqual(
    RECIPES.map(({ name }) => name).filter((name) => [orphan, from, 'session_secret'].includes(name)),
  )
})

describe('O10: no link is followed', () => {
  const elsewhere = join(all, 'elsewhere')

  test.each(['session_secret', 'redis_users', 'smtp_pass'])('in the place of %s', (name) => {
    mkdirSync(folder)
    writeFileSync(elsewhere, 'somebody else’s')
    symlinkSync(elsewhere, join(folder, name))
    for (const force of name === 'smtp_pass' ? [[]] : [[], [name]])
      expect(() => write(...force)).toThrow('nothing is written through a link')
    expect(readFileSync(elsewhere, 'utf8')).toBe('somebody else’s')
  })

  test('to nowhere', () => {
    mkdirSync(folder)
    symlinkSync(join(all, 'nowhere'), join(folder, 'session_secret'))
    expect(() => write()).toThrow('nothing is written through a link')
    expect(existsSync(join(all, 'nowhere'))).toBe(false)
  })

  test('in the place of the folder', () => {
    const real = join(all, `real-${round}`)
    mkdirSync(real)
    symlinkSync(real, folder)
    expect(() => write()).toThrow('secrets go into a folder of their own')
    expect(readdirSync(real)).toEqual([])
  })
})

test('O10: a folder that was open is shut, whatever the umask', () => {
  mkdirSync(folder)
  chmodSync(folder, 0o755)
  write()
  expect(modeOf(folder)).toBe('700')
})

test('A16: many at once fill a folder that fits together, and leave nothing beside it', async () => {
  const runs = await Promise.all(Array.from({ length: 4 }, () => generate('--write', folder)))
  expect(runs.map(({ code }) => code)).toEqual(Array(4).fill(0))
  expect(readdirSync(folder).sort()).toEqual(names)
  const hash = createHash('sha256')
    .update(new URL(read('redis_url')).password)
    .digest('hex')
  expect(read('redis_users')).toContain(hash)
  expect(
    new X509Certificate(read('postgres_cert')).checkPrivateKey(createPrivateKey(read('postgres_key'))),
  ).toBe(true)
})

test('A16: a file of keys that is none is not quoted, and not written over', async () => {
  mkdirSync(folder)
  writeFileSync(join(folder, 'encryption_keys'), 'p4ssw0rd-by-mistake')
  const { code, said } = await generate('--write', folder, '--force', 'encryption_keys', '--json')
  expect(code).toBe(1)
  expect(said).not.toContain('p4ssw0rd')
  expect((JSON.parse(said) as { error: string }).error).toMatch(/Next: /)
  expect(read('encryption_keys')).toBe('p4ssw0rd-by-mistake')
})

test('A16: --json says what was made, by name', async () => {
  write()
  rmSync(join(folder, 'token_pepper'))
  for (const name of YOURS) expect(read(name)).toBe('')
  rmSync(join(folder, 'smtp_pass'))
  writeFileSync(join(folder, 'smtp_pass'), 'theirs')
  const { said } = await generate('--write', folder, '--json')
  const { secrets } = JSON.parse(said) as { secrets: { name: string; outcome: string }[] }
  const by = Object.groupBy(secrets, ({ outcome }) => outcome)
  expect(by['made']).toEqual([{ name: 'token_pepper', outcome: 'made' }])
  expect(by['yours']?.map(({ name }) => name)).toEqual(YOURS.filter((name) => name !== 'smtp_pass'))
  expect(by['kept']).toHaveLength(RECIPES.length)
})

test.each(['', ' ', 'two words', 'a\nuser default on', '~* +@all', 'a'.repeat(65)])(
  'a prefix that the processes would not take (%j) gets into no rule of Redis',
  async (prefix) => {
    const { code, said } = await generate('--write', folder, `--redis-prefix=${prefix}`)
    expect([code === 0, said]).toEqual([false, expect.stringMatching(/RATE_LIMIT_REDIS_PREFIX[^]*Next: /)])
    expect(existsSync(folder)).toBe(false)
  },
)

test('A16: without a folder the set is printed as an .env reads it', async () => {
  const { said } = await generate('--redis-prefix', 'other:')
  const printed = parseEnv(said) as Record<string, string>
  expect(Object.keys(printed).sort()).toEqual(RECIPES.map(({ name }) => name.toUpperCase()).sort())
  expect(JSON.parse(printed['ENCRYPTION_KEYS'] ?? '')).toHaveProperty('v1')
  expect(printed['REDIS_USERS']).toContain(' ~other:* ')
  const certificate = new X509Certificate(printed['POSTGRES_CERT'] ?? '')
  expect(certificate.checkPrivateKey(createPrivateKey(printed['POSTGRES_KEY'] ?? ''))).toBe(true)
})

test('A16: whoever was there a moment earlier is not written over', () => {
  const kept = openSecretFolder(folder).keep('session_secret', () => {
    writeFileSync(join(folder, 'session_secret'), 'theirs')
    return 'ours'
  })
  expect([kept, read('session_secret')]).toEqual([{ text: 'theirs', isOurs: false }, 'theirs'])
  expect(readdirSync(folder)).toEqual(['session_secret'])
})
