import { randomBytes } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { sql } from 'kysely'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { Secret } from '@latchkey/shared/secret'
import { openLog } from '../src/log.ts'
import { openDb } from '../src/open.ts'
import { LOG_FIELDS } from '../src/redact.ts'
import { openTestDb } from '../src/test-db.ts'
import { insertPerson } from '../src/users.ts'

const town = await openTestDb()
afterAll(() => town.close())

let written = ''
beforeEach(() => void (written = ''))
const log = openLog(
  { ...town.env, LOG_LEVEL: 'debug' },
  { service: 'jobs', to: { write: (line) => void (written += line) } },
)
type Line = Record<string, unknown> & { err?: Record<string, unknown> }
const lines = () =>
  written
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Line)

const CANARY = 'canary-7f3a'
const EMAIL = `${CANARY}.ada@example.com`
const TOKEN = randomBytes(32).toString('base64url')

async function failureOf(deed: Promise<unknown>): Promise<unknown> {
  return deed.then(
    () => Promise.reject(new Error('it did not fail')),
    (error: unknown) => error,
  )
}
const person = { email: EMAIL, passwordHash: 'x', displayName: CANARY }
const insertAgain = () => town.db.insertInto('users').values(person).execute()
await town.db.transaction().execute((trx) => insertPerson(trx, person))

describe('L2: what a database complains about is named, and not quoted', () => {
  test('a row that is there already: the constraint, without the row', async () => {
    log.error({ err: await failureOf(insertAgain()) }, 'failed')
    expect(lines()[0]?.err).toMatchObject({
      type: 'error',
      code: '23505',
      table: 'users',
      constraint: 'users_email_key',
    })
    expect(written).not.toContain(CANARY)
    expect(written).not.toContain('example.com')
  })

  const complaints = [
    ['a value of the wrong kind', () => sql`select ${CANARY}::uuid`.execute(town.db)],
    ['a number out of range', () => sql`select ${'99999999999'}::int`.execute(town.db)],
    [
      'a row that breaks a check',
      () =>
        town.db
          .insertInto('users')
          .values({ ...person, email: `X${EMAIL}` })
          .execute(),
    ],
    ['a date that is none', () => sql`select ${`${CANARY}-13-45`}::date`.execute(town.db)],
    ['JSON that is none', () => sql`select ${`{"${CANARY}`}::jsonb`.execute(town.db)],
  ] as const
  test.each(complaints)('%s', async (_what, deed) => {
    log.error({ err: await failureOf(deed()) }, 'failed')
    expect(lines()[0]?.err?.['code']).toMatch(/^2[23]/)
    expect(written).not.toMatch(/canary-7f3a|99999999999/i)
  })

  test('a database that does not let us in: not by which password', async () => {
    const url = new URL(town.env.DATABASE_URL.reveal())
    url.password = CANARY
    const db = openDb(town.env, { url: new Secret(url.href), as: 'test' })
    log.error({ err: await failureOf(sql`select 1`.execute(db)) }, 'failed')
    await db.destroy()
    expect(written).not.toContain(CANARY)
  })
})

describe('L2: canaries', () => {
  const OURS = town.env.SESSION_SECRET.reveal()
  const told: [string, () => unknown][] = [
    ['a message', () => new Error(`no such link: ${TOKEN}`)],
    ['a cause, three deep', () => new Error('a', { cause: new Error('b', { cause: new Error(TOKEN) }) })],
    ['several errors in one', () => new AggregateError([new Error(TOKEN), new Error(EMAIL)], 'both')],
    ['a cause that is an object', () => new Error('a', { cause: { password: CANARY, url: TOKEN } })],
    ['a text that was thrown', () => `token=${TOKEN}`],
    ['an object that was thrown', () => ({ token: TOKEN, email: EMAIL })],
    [
      'an error of an HTTP client',
      () =>
        Object.assign(new Error('Request failed with status code 401'), {
          config: { headers: { authorization: `Bearer ${CANARY}` }, data: CANARY },
          request: { path: `/?token=${TOKEN}` },
          response: { headers: { 'set-cookie': [`latchkey_session=${TOKEN}`] } },
        }),
    ],
    ['an address with a password', () => new Error(`cannot reach redis://user:${CANARY}@10.0.0.1:6379/0`)],
    ['one of a host without a dot', () => new Error(`cannot reach redis://:${CANARY}@redis:6379/0`)],
    ['one whose user alone is secret', () => new Error(`cannot reach https://${CANARY}@api.example.com/`)],
    ['a Set-Cookie', () => new Error(`bad header: __Host-latchkey_csrf=s.${CANARY}.mac; Path=/`)],
    ['an Authorization', () => new Error(`bad header: Authorization: Basic ${btoa(CANARY)}`)],
    ['a password hash', () => new Error(`bad hash: $argon2id$v=19$m=65536,t=3,p=2$${CANARY}$abc`)],
    ['an email', () => new Error(`no such person: ${EMAIL}`)],
    ['a secret of ours', () => new Error(`bad key: ${OURS}`)],
    [
      'the password of our database',
      () => new Error(`driver: ${new URL(town.env.DATABASE_URL.reveal()).password}`),
    ],
    [
      'one in itself',
      () => {
        const error = new Error(TOKEN)
        error.cause = error
        return error
      },
    ],
  ]
  test.each(told)('in %s is in no line', (_where, make) => {
    log.error({ err: make(), path: `/verify/${TOKEN}` }, `it failed for ${EMAIL}`)
    expect(lines()).toHaveLength(1)
    for (const hidden of [CANARY, TOKEN, EMAIL, OURS, btoa(CANARY), 'app-password'])
      expect(written).not.toContain(hidden)
  })

  test('an error that is logged alone says no more than one that is passed', () => {
    log.error(new Error(`no such person: ${EMAIL}`))
    log.child({ job: 'email.send', email: EMAIL }).error({ err: new Error(TOKEN) })
    log
      .child({ job: 'email.send' })
      .child({ email: EMAIL, path: `/${TOKEN}` })
      .info('seen')
    expect(lines()).toHaveLength(3)
    for (const hidden of [EMAIL, TOKEN]) expect(written).not.toContain(hidden)
    expect(lines()[1]).toMatchObject({ job: 'email.send', msg: '[REDACTED]' })
  })
})

test('L2: an email is told as a name under our key: the same person, the same name', () => {
  for (const email of [EMAIL, EMAIL.toUpperCase(), 'eve@example.com']) log.info(`seen: ${email}`)
  const [first, again, other] = lines().map(({ msg }) => msg)
  expect(first).toMatch(/^seen: \[email [0-9a-f]{12}\]$/)
  expect(again).toBe(first)
  expect(other).not.toBe(first)
})

test('L2: a field that the log does not know is dropped, and an object in place of a word', () => {
  log.info(
    { user: { email: EMAIL }, password: CANARY, status: { hidden: CANARY }, path: '/login' },
    'request',
  )
  const [{ timestamp: _, ...line } = {}] = lines()
  expect(line).toEqual({ level: 'info', service: 'jobs', path: '/login', msg: 'request' })
})

test('what is told of a failure is enough to find it', () => {
  const cause = Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:5432'), {
    code: 'ECONNREFUSED',
    syscall: 'connect',
  })
  log.error({ err: new TypeError('it broke', { cause }), request_id: 'request-0001' }, 'failed')
  expect(lines()[0]).toMatchObject({
    level: 'error',
    request_id: 'request-0001',
    err: {
      type: 'TypeError',
      message: 'it broke',
      stack: expect.stringMatching(/^ {4}at .*log\.test\.ts/) as string,
      cause: { message: 'connect ECONNREFUSED 127.0.0.1:5432', code: 'ECONNREFUSED', syscall: 'connect' },
    },
  })
})

test('K7: a line stays one line, however it is told', () => {
  log.info({ path: '/a\r\n{"level":"fatal"}' }, 'forged\n{"level":"fatal"}\u2028')
  log.error({ err: new Error('\n{"level":"fatal"}') }, 'failed')
  expect(written.trimEnd().split('\n')).toHaveLength(2)
  expect(lines().map(({ level }) => level)).toEqual(['info', 'error'])
})

test('every field that a process logs is one that the log knows: none is dropped in silence', () => {
  const root = join(import.meta.dirname, '../..')
  const calls = ['server/src', 'jobs/src'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.ts') && !path.endsWith('.test.ts'))
      .map((path) => readFileSync(join(root, folder, path), 'utf8'))
      .flatMap((text) => [...text.matchAll(/log\.(?:child|debug|info|warn|error|fatal)\(\s*\{(.*?)\}/gs)]),
  )
  const fields = calls.flatMap(([, inside = '']) =>
    [...inside.matchAll(/(?:^|[,{(]|&&)\s*(\w+)\s*(?=[:,]|$)/g)].map(([, field]) => field),
  )
  expect(calls.length).toBeGreaterThan(10)
  expect(fields.filter((field) => field && !(field in LOG_FIELDS))).toEqual([])
})

describe('L2: what is ours is known by what the settings hold', () => {
  function lineWith(secret: string, message: string): Line {
    const env = { ...town.env, REDIS_URL: new Secret(secret), LOG_LEVEL: 'info' as const }
    openLog(env, { service: 'jobs', to: { write: (line) => void (written += line) } }).info(message)
    return lines()[0] ?? {}
  }

  test('the password of a URL is hidden as the URL spells it and as a driver says it', () => {
    const secret = 'redis://:violet%2Fharbour%20mango@redis:6379'
    const message = 'no entry with violet%2Fharbour%20mango, or violet/harbour mango'
    expect(lineWith(secret, message)['msg']).toBe('no entry with [REDACTED], or [REDACTED]')
  })

  test('a secret so short that it stands inside innocent words hides none of them', () => {
    expect(lineWith('redis://:mail@redis:6379', 'mailed one letter')['msg']).toBe('mailed one letter')
  })
})

test('L2: a text is cut where it is longer than anybody reads', () => {
  log.info({ path: '/a'.repeat(4000) }, 'so it goes '.repeat(2000))
  const [{ msg, path } = {}] = lines()
  expect([String(msg).length, String(path).length]).toEqual([4000, 4000])
})

test('a failure that goes on and on is told in part: five causes, ten errors, twenty frames', () => {
  const deep = Array.from({ length: 8 }).reduce<Error>(
    (cause) => new Error('one', { cause }),
    new Error('one'),
  )
  const many = Array.from({ length: 30 }, () => new Error('one'))
  const long = new Error('one')
  long.stack = `Error: one\n${'    at somewhere (file.ts:1:1)\n'.repeat(50)}`
  log.error({ err: deep }, 'failed')
  log.error({ err: new AggregateError(many) }, 'failed')
  log.error({ err: long }, 'failed')
  const [first, second, third] = lines().map(({ err }) => err)
  expect(JSON.stringify(first).match(/"cause":/g)).toHaveLength(5)
  expect(second?.['errors']).toHaveLength(10)
  expect(String(third?.['stack']).split('\n')).toHaveLength(20)
})

test('L2: a code is the number with which something ended, and never the one of a letter', () => {
  log.info({ code: 1 }, 'ended')
  log.info({ code: 'ABC234' }, 'ended')
  expect(lines().map(({ code }) => code)).toEqual([1, undefined])
})
