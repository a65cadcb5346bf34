import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Redis } from 'ioredis'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openDb } from '@latchkey/db/open'
import { listKeptMail } from '@latchkey/db/outbox'
import { hashPassword } from '@latchkey/db/password-hash'
import { openSecretBox } from '@latchkey/db/secret-box'
import { dropConnections, openTestDb, sourceOf } from '@latchkey/db/test-db'
import { insertPerson } from '@latchkey/db/users'
import {
  type Allowed,
  type Find,
  findCanaries,
  judge,
  openAviary,
  type Place,
} from '@latchkey/shared/canaries'
import { Secret } from '@latchkey/shared/secret'
import { doorsOf, NAMES } from './matrix/test/doors.ts'
import type { ProcedureName } from './rest/rows.ts'
import { type Answer, type Ask, Browser } from './test/browser.ts'
import { type Process, type Running, runServer, runWorker } from './test/process.ts'
import { sendRaw } from './test/raw.ts'
import { hasRedis, openTestRedis, type TestRedis } from './test/redis.ts'

/**
 * L1, L2: every secret that the product is given or makes on a way through all of it is one that is met nowhere else.
 * Afterwards all that was written or said is searched for them.
 */
/** Where somebody is told who they are themselves. */
const OWN_PROFILE =
  /^answer 200 (POST \/\S*(\/login|auth\.login)|GET \/\S*(\/me|user\.me\S*)|PATCH \/api\/users\/me|POST \/api\/trpc\/profile\.update) body$/
const ALLOWED: Allowed[] = [
  { kind: 'email', where: /^table public\.users\.email$/, why: 'whose account it is' },
  { kind: 'email', where: /^table public\.email_outbox\.to_address$/, why: 'where the letter goes' },
  { kind: 'email', where: OWN_PROFILE, why: 'people see who they are signed in as' },
  {
    kind: 'email',
    where: /^table public\.one_time_tokens\.payload$/,
    why: 'which address is to be the one, or was',
  },
  { kind: 'bio', where: /^table public\.profiles\.bio$/, why: 'what they say of themselves' },
  { kind: 'bio', where: OWN_PROFILE, why: 'people see what they say of themselves' },
  {
    kind: 'reset token',
    where: /^answer 200 .*not-?me.* body$/i,
    why: 'how whoever said that it was not them chooses a new password at once',
  },
  {
    kind: 'reset token',
    where: /^answer 200 .*undo.* body$/i,
    why: 'how whoever undid a change chooses a new password at once',
  },
  { kind: 'name', where: /^table public\.users\.display_name$/, why: 'what they are called' },
  { kind: 'name', where: OWN_PROFILE, why: 'people see their own name' },
  { kind: 'session cookie', where: /^answer \d+ .* set-cookie$/, why: 'how a browser gets it' },
  { kind: 'CSRF cookie', where: /^answer \d+ .* set-cookie$/, why: 'how a browser gets it' },
  { kind: 'CSRF cookie', where: /^answer 200 .*csrf.* body$/, why: 'how a program gets the token' },
  { kind: 'device cookie', where: /^answer \d+ .* set-cookie$/, why: 'how a browser gets it' },
]

const aviary = openAviary()
const { hatch, keep } = aviary
const answers: Place[] = []
const asked = new Set<ProcedureName>()

/** A browser whose cookies are canaries, and whose answers are kept. */
class Watched extends Browser {
  override async send(method: string, path: string, ask: Ask = {}): Promise<Answer> {
    const answer = await super.send(method, path, ask)
    for (const [name, value] of this.jar)
      keep(
        `${{ session: 'session', csrf: 'CSRF', device: 'device' }[name.split('_').at(-1) ?? ''] ?? name} cookie`,
        value,
      )
    const what = `answer ${answer.status} ${method} ${path.split('?')[0]}`
    answers.push({ where: `${what} body`, text: answer.text })
    for (const [name, text] of answer.headers) answers.push({ where: `${what} ${name}`, text })
    return answer
  }
}

/** Good enough for the rules, and a canary. */
const password = (kind = 'password') => `velvet "harbour" & ${hatch(kind)}`
/** As long as ours are: what stands in a path is told, unless it could be one. */
const tokenLike = (kind: string) => `${hatch(kind)}${'A'.repeat(23)}`
const secretKey = (kind: string): string => {
  const key = randomBytes(32).toString('base64')
  keep(kind, key)
  return key
}

const town = await openTestDb({
  SESSION_SECRET: `session-secret-${hatch('SESSION_SECRET')}-long-enough`,
  TURNSTILE_SECRET_KEY: `turnstile-${hatch('TURNSTILE_SECRET_KEY')}`,
  TURNSTILE_SITE_KEY: 'a-site-key',
  // Nobody is there: what is asked of them ends as an error in the log.
  TURNSTILE_URL: 'http://127.0.0.1:9',
  SESSION_SECRET_PREVIOUS: `session-before-${hatch('SESSION_SECRET_PREVIOUS')}-long-enough`,
  TOKEN_PEPPER: `token-pepper-${hatch('TOKEN_PEPPER')}-long-enough`,
  TOKEN_PEPPER_PREVIOUS: `pepper-before-${hatch('TOKEN_PEPPER_PREVIOUS')}-long-enough`,
  ENCRYPTION_KEYS: JSON.stringify({ v1: secretKey('ENCRYPTION_KEYS'), v2: secretKey('ENCRYPTION_KEYS') }),
  ADMIN_EMAIL: `${hatch('ADMIN_EMAIL')}@example.com`,
  ADMIN_PASSWORD: password('ADMIN_PASSWORD'),
  RATE_LIMITS: 'shipped',
  TRUSTED_PROXIES: '127.0.0.1',
})
const { db, ownerDb } = town
const admin = openDb(town.env, { url: new Secret(process.env['TEST_POSTGRES_URL'] ?? ''), as: 'test' })
const roles: string[] = []
let server: Running
let worker: Process
let redis: TestRedis | undefined
let redisPassword = ''

/** A role of its own, because its password is searched for and the others share theirs. */
async function urlWithCanary(of: Secret, kind: string): Promise<string> {
  const url = new URL(of.reveal())
  const name = `canary_${randomBytes(6).toString('hex')}`
  const pass = hatch(kind)
  await sql.raw(`create role ${name} login password '${pass}' in role ${url.username}`).execute(admin)
  roles.push(name)
  url.username = name
  url.password = pass
  return url.href
}

beforeAll(async () => {
  const { DATABASE_URL, JOBS_DATABASE_URL, MIGRATION_DATABASE_URL } = town.env
  const settings = {
    LOG_LEVEL: 'debug',
    DATABASE_URL: await urlWithCanary(DATABASE_URL, 'DATABASE_URL'),
    JOBS_DATABASE_URL: await urlWithCanary(JOBS_DATABASE_URL, 'JOBS_DATABASE_URL'),
    MIGRATION_DATABASE_URL: await urlWithCanary(MIGRATION_DATABASE_URL, 'MIGRATION_DATABASE_URL'),
    REDIS_URL: await redisWithCanary(),
  }
  ;[server, worker] = await Promise.all([runServer(town.env, { settings }), runWorker(town.env, settings)])
})

async function redisWithCanary(): Promise<string | undefined> {
  if (!hasRedis) return undefined
  redis = await openTestRedis()
  redisPassword = hatch('REDIS_URL')
  const client = new Redis(redis.url)
  await client.config('SET', 'requirepass', redisPassword)
  client.disconnect()
  return redis.url.replace('://', `://:${redisPassword}@`)
}

afterAll(async () => {
  for (const { child, ended } of [server, worker].filter(Boolean)) {
    child.kill('SIGTERM')
    await ended
  }
  for (const name of roles) await sql.raw(`drop role ${name}`).execute(admin)
  await Promise.all([admin.destroy(), redis?.close(), town.close()])
})

let addresses = 0
const elsewhere = () => ({ 'x-forwarded-for': `2001:db8:${(addresses += 1).toString(16)}::1` })

async function through(
  name: ProcedureName,
  browser: Browser,
  { input = {}, nth = 0, wants = 'ok' }: { input?: object; nth?: number; wants?: string } = {},
) {
  await browser.get('/api/auth/csrf')
  const doors = doorsOf(name)
  const door = doors[nth % doors.length]
  const said = await door?.ask(browser, input, elsewhere())
  expect([name, door?.name, said?.code]).toEqual([name, door?.name, wants])
  if (said?.code === 'ok') asked.add(name)
  return said?.output
}

async function eventually<T>(look: () => Promise<T | undefined | false>): Promise<T> {
  for (let attempt = 0; attempt < 400; attempt += 1) {
    const seen = await look()
    if (seen) return seen
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error('it did not happen within 20 s')
}

/** What the worker wrote to somebody and nobody has read yet: the link's token and the code are canaries from now on. */
const letterTo = async (email: string, subject: RegExp): Promise<string> => (await read(email, subject)).token
const codeTo = async (email: string, subject: RegExp): Promise<string> => {
  const { code } = await read(email, subject)
  if (!code) throw new Error(`there is no code in the letter to ${email}`)
  return code
}
const read = (email: string, subject: RegExp): Promise<{ token: string; code: string | undefined }> =>
  eventually(async () => {
    const mails = await listKeptMail(db, openSecretBox(town.env), 100)
    const mail = mails.find((one) => one.to === email && subject.test(one.subject) && !seen.has(one.id))
    const token = mail && /token=([\w-]+)/.exec(mail.text)?.[1]
    if (!token) return undefined
    seen.add(mail.id)
    keep('token of a letter', token)
    const code = /^[2-9A-HJ-NP-Z]{6}$/m.exec(mail.text)?.[0]
    if (code) codes.add(code)
    return { token, code }
  })
const seen = new Set<string>()
/** Too short to be told from what is met by chance, so they are looked for as words of their own. */
const codes = new Set<string>()
const codesIn = (places: Place[]): string[] =>
  [...codes].flatMap((code) => {
    const word = new RegExp(`\\b${code}\\b`, 'i')
    return places.filter(({ text }) => word.test(text)).map(({ where }) => `${code} in ${where}`)
  })

type Person = { email: string; displayName: string; password: string }
const aPerson = (): Person => ({
  email: `${hatch('email')}@example.com`,
  displayName: hatch('name'),
  password: password(),
})

async function goThrough(): Promise<void> {
  const person = aPerson()
  const [browser, second, stranger] = [1, 2, 3].map(() => new Watched(server.url)) as [
    Browser,
    Browser,
    Browser,
  ]
  for (const nth of [3, 2, 1, 0])
    await through('auth.register', browser, { input: nth < 3 ? person : aPerson(), nth })
  await letterTo(person.email, /Confirm/)
  const { email } = person
  // To an address that nobody has proved no other letter goes; the act itself has its own walk below.
  await sql`update users set is_email_verified = true where email = ${email}`.execute(ownerDb)
  await through('auth.login', browser, {
    input: { email, password: password() },
    wants: 'INVALID_CREDENTIALS',
  })
  for (const nth of [0, 1, 2, 3])
    await through('auth.login', nth % 2 ? browser : second, {
      input: { email, password: person.password },
      nth,
    })
  for (const nth of [0, 1]) await through('captcha.ask', second, { input: { act: 'login' }, nth })
  for (const name of ['auth.csrf', 'user.me', 'session.list', 'audit.mine', 'health.get'] as const)
    for (const nth of doorsOf(name).keys()) await through(name, browser, { nth })
  await through('auth.refresh', browser)
  const wanted = password()
  const change = { currentPassword: password(), password: wanted }
  await through('auth.changePassword', browser, { input: change, wants: 'VALIDATION_FAILED' })
  await through('auth.changePassword', browser, {
    input: { ...change, currentPassword: person.password, password: email },
    wants: 'VALIDATION_FAILED',
  })
  await through('auth.changePassword', browser, { input: { ...change, currentPassword: person.password } })
  await through('auth.login', second, {
    input: { email, password: wanted, captchaToken: tokenLike('captchaToken') },
  })
  const { sessions } = (await through('session.list', browser)) as {
    sessions: { id: string; current: boolean }[]
  }
  await through('session.revoke', browser, { input: { id: sessions.find(({ current }) => !current)?.id } })
  await through('auth.login', second, { input: { email, password: wanted } })
  await through('session.revokeOthers', browser)
  // A thief's: what was replaced is shown again.
  const old = new Watched(server.url)
  for (const [name, value] of browser.jar) old.jar.set(name, value)
  await through('auth.refresh', browser)
  await sql`update sessions set superseded_at = now() - interval '1 hour' where replaced_by_session_id is not null`.execute(
    ownerDb,
  )
  await old.get('/api/auth/me')
  for (let guess = 0; guess < 6; guess += 1)
    await through('auth.login', stranger, {
      input: { email, password: password() },
      wants: 'INVALID_CREDENTIALS',
    })
  const token = await letterTo(email, /guessing/)
  await through('auth.unlock', stranger, { input: { token: hatch('token') }, wants: 'TOKEN_INVALID' })
  await through('auth.unlock', stranger, { input: { token } })
  await through('auth.login', stranger, { input: { email, password: wanted } })
  await through('auth.logout', stranger)
  await goThroughMail()
  await goThroughByCode()
  await goThroughAsAdmin()
  await browser.get('/metrics')
}

/** Every letter that can be asked for, every answer to one, and what becomes of the account on the way. */
async function goThroughMail(): Promise<void> {
  const { email, password: chosen, displayName } = aPerson()
  const [browser, elsewhere] = [new Watched(server.url), new Watched(server.url)]
  await through('auth.register', browser, { input: { email, password: chosen, displayName } })
  await through('auth.letterFate', browser, { input: { email } })
  await letterTo(email, /Confirm/)
  await through('auth.resendVerification', browser, { input: { email } })
  const token = await letterTo(email, /Confirm/)
  await through('auth.verifyEmail', elsewhere, { input: { token: hatch('token') }, wants: 'TOKEN_INVALID' })
  await through('auth.verifyEmail', elsewhere, { input: { token }, wants: 'PASSWORD_NEEDED' })
  await through('auth.verifyEmail', elsewhere, { input: { token, newPassword: chosen } })

  await through('auth.forgotPassword', elsewhere, { input: { email } })
  const input = { token: await letterTo(email, /new password/), password: password() }
  await through('auth.resetPassword', elsewhere, { input })
  await letterTo(email, /was changed/)
  await through('auth.login', browser, { input: { email, password: input.password } })
  await through('auth.stepUp', browser, { input: { password: password() }, wants: 'VALIDATION_FAILED' })
  await through('auth.stepUp', browser, { input: { password: input.password } })
  await through('user.mailbox', browser)
  const profile = { displayName: hatch('name'), bio: hatch('bio') }
  await through('profile.update', browser, { input: profile })

  const another = aPerson().email
  await through('auth.changeEmail', browser, { input: { email: another } })
  const confirming = await letterTo(another, /new email address/)
  await through('auth.confirmChangeEmail', browser, { input: { token: confirming } })
  const undoing = await letterTo(email, /is being changed/)
  keepReset(await through('auth.undoChangeEmail', elsewhere, { input: { token: undoing } }))
  await through('auth.forgotPassword', elsewhere, { input: { email } })
  const again = { token: await letterTo(email, /new password/), password: password() }
  await through('auth.resetPassword', elsewhere, { input: again })
  await through('auth.login', browser, { input: { email, password: again.password } })
  await through('auth.login', new Watched(server.url), { input: { email, password: again.password } })
  const notMe = await letterTo(email, /new device/i)
  keepReset(await through('auth.notMe', elsewhere, { input: { token: notMe } }))
}

/** What is typed from a letter, right and wrong. */
async function goThroughByCode(): Promise<void> {
  const person = aPerson()
  const { email } = person
  const browser = new Watched(server.url)
  await through('auth.register', browser, { input: person })
  const code = await codeTo(email, /Confirm/)
  const wrong = code.startsWith('2') ? `3${code.slice(1)}` : `2${code.slice(1)}`
  codes.add(wrong)
  await through('auth.verifyEmail', browser, { input: { email, code: wrong }, wants: 'TOKEN_INVALID' })
  await through('auth.verifyEmail', browser, { input: { email, code: code.toLowerCase() } })
  await through('auth.forgotPassword', browser, { input: { email } })
  const input = { email, code: await codeTo(email, /new password/), password: password() }
  await through('auth.resetPassword', browser, { input })
  await through('auth.login', browser, { input: { email, password: input.password } })
  const another = aPerson().email
  await through('auth.changeEmail', browser, { input: { email: another } })
  const confirming = await codeTo(another, /new email address/)
  await through('auth.confirmChangeEmail', browser, { input: { code: confirming } })
}

const keepReset = (said: unknown): void => keep('reset token', (said as { resetToken: string }).resetToken)

async function goThroughAsAdmin(): Promise<void> {
  const { password: chosen, ...person } = aPerson()
  const passwordHash = await hashPassword('test', chosen)
  await db.transaction().execute((trx) => insertPerson(trx, { ...person, passwordHash, roles: ['ADMIN'] }))
  const browser = new Watched(server.url)
  await through('auth.login', browser, { input: { email: person.email, password: chosen } })
  const { id } = (await through('jobs.ping', browser)) as { id: string }
  await through('jobs.pingResult', browser, { input: { id } })
}

/** What goes wrong has a way of quoting what it went wrong with. */
async function failInEveryWay(): Promise<void> {
  const person = aPerson()
  const browser = new Watched(server.url)
  await through('auth.register', browser, { input: person })
  await through('auth.login', browser, { input: { email: person.email, password: person.password } })
  for (const name of NAMES)
    for (const door of doorsOf(name))
      for (const who of [browser, new Watched(server.url)]) {
        const nonsense = {
          email: hatch('an email that is none'),
          password: password(),
          token: hatch('token'),
          [hatch('field')]: [hatch('value')],
        }
        await door.ask(who, nonsense, elsewhere())
      }
  const secretPath = () =>
    `${tokenLike('token in a path')}?token=${hatch('token in a query')}&password=${hatch('password in a query')}`
  for (const path of [
    '/',
    '/api/',
    '/v1/',
    '/api/trpc/',
    '/api/auth/login/',
    '/reset-password/',
    '/assets/',
    '/internal/',
    '/docs/',
    '/dev/inbox/',
    '/%ff/',
  ])
    for (const method of ['GET', 'POST', 'DELETE'])
      await browser.send(method, path + secretPath(), {
        headers: { ...elsewhere(), 'x-csrf-token': browser.csrf },
      })
  for (const path of [
    '/api/auth/login',
    '/api/trpc/auth.login',
    '/api/auth/me',
    '/api/health',
    '/verify-email',
  ])
    for (const headers of [
      { authorization: `Bearer ${hatch('bearer')}` },
      { authorization: `Basic ${btoa(`ada:${hatch('basic')}`)}` },
      {
        cookie: `latchkey_session=${tokenLike('forged cookie')}; other=${hatch('forged cookie')}`,
      },
      {
        cookie: `latchkey_csrf=${hatch('forged cookie')}.${hatch('forged cookie')}; latchkey_device=${hatch('forged cookie')}.x`,
      },
      {
        'x-csrf-token': hatch('forged header'),
        referer: `https://example.com/?token=${hatch('referer')}`,
        'x-api-key': hatch('forged header'),
      },
      { origin: `https://${hatch('origin')}.example.com`, 'proxy-authorization': `Basic ${hatch('basic')}` },
    ])
      await browser.send(path.includes('login') ? 'POST' : 'GET', path, {
        headers,
        ...(path.includes('login') && { body: {} }),
      })
  const bodies = [
    () => `{"email":"${hatch('email in no JSON')}@example.com","password":"${hatch('password in no JSON')}`,
    () => `{"password":"${hatch('password in no JSON')}" x}`,
    () => hatch('password in no JSON'),
    () => `{"email":"a@example.com","password":"\\u0000${hatch('password')}"}`,
    () => `{"email":"a@example.com","password":"\\ud800${hatch('password')}"}`,
    () => `{"email":"a@example.com","password":"${hatch('password')}","password":"${hatch('password')}"}`,
    () => `{"__proto__":{"password":"${hatch('password')}"}}`,
    () => `${'['.repeat(40)}"${hatch('password')}"${']'.repeat(40)}`,
    () => `{"email":"a@example.com","password":"${hatch('password')}${'x'.repeat(200_000)}"}`,
    () => `{"email":"a@example.com","password":"${hatch('password')}${'x'.repeat(2_000)}"}`,
  ]
  for (const path of [
    '/api/auth/login',
    '/api/trpc/auth.login',
    '/api/auth/register',
    '/api/auth/unlock',
    '/nowhere',
  ])
    for (const body of bodies) {
      for (const type of ['application/json', 'text/plain', hatch('content type')])
        await browser.post(path, body(), { headers: { ...elsewhere(), 'content-type': type } })
    }
  for (const request of [
    `GET /?token=${hatch('token in no HTTP')} HTTP/9.9\r\n\r\n`,
    `${hatch('token in no HTTP')}\r\n\r\n`,
    `GET / HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${hatch('token in no HTTP')}\u0001\r\n\r\n`,
    `GET / HTTP/1.1\r\nHost: ${hatch('host')}.example.com\r\nConnection: close\r\n\r\n`,
    `GET / HTTP/1.1\r\nHost: localhost\r\nCookie: ${hatch('token in no HTTP')}${'x'.repeat(70_000)}\r\n\r\n`,
  ])
    answers.push({ where: 'answer raw', text: await sendRaw(server, request) })
  await failInTheDatabase(browser)
}

async function failInTheDatabase(browser: Browser): Promise<void> {
  const refusing = async (statements: [string, string], deed: () => Promise<unknown>) => {
    await sql.raw(statements[0]).execute(ownerDb)
    await deed()
    await sql.raw(statements[1]).execute(ownerDb)
  }
  const everything = async (wants: string) => {
    const { password: chosen, ...person } = aPerson()
    const passwordHash = await hashPassword('test', chosen)
    await through('auth.register', browser, { input: { ...person, password: chosen }, wants })
    return { ...person, passwordHash }
  }
  const never = (table: string): [string, string] => [
    `alter table ${table} add constraint canary_never check (false) not valid`,
    `alter table ${table} drop constraint canary_never`,
  ]
  for (const table of ['users', 'profiles', 'user_roles', 'one_time_tokens', 'email_outbox', 'audit_events'])
    await refusing(never(table), () => everything('INTERNAL'))
  await refusing(
    ['alter table users rename to users_gone', 'alter table users_gone rename to users'],
    async () => {
      await everything('INTERNAL')
      await through('auth.login', new Watched(server.url), {
        input: { email: aPerson().email, password: password() },
        wants: 'INTERNAL',
      })
    },
  )
  // The worker's failures stand in the queue's own tables.
  await refusing(
    [
      `alter table email_outbox add constraint canary_never check (status = 'queued') not valid`,
      'alter table email_outbox drop constraint canary_never',
    ],
    async () => {
      await everything('ok')
      await eventually(async () => worker.said().includes('failed; it is tried again'))
    },
  )
  await dropConnections(town.env)
  await Promise.all(
    Array.from({ length: 4 }, () =>
      through('auth.login', new Watched(server.url), {
        input: { email: aPerson().email, password: password() },
      }).catch(() => {}),
    ),
  )
}

const client = filesOfClient()

async function everythingThatWasWritten(): Promise<Place[]> {
  return [
    ...linesOf('log of the server', server.said()),
    ...linesOf('log of the worker', worker.said()),
    ...answers,
    ...(await cellsOfTables()),
    ...client,
    ...[server, worker].map(({ child }) => ({
      where: 'command line',
      text: readFileSync(`/proc/${child.pid}/cmdline`, 'utf8'),
    })),
  ]
}

const linesOf = (where: string, text: string): Place[] =>
  text.split('\n').map((line) => ({ where, text: line }))

async function cellsOfTables(): Promise<Place[]> {
  const { rows: tables } = await sql<{ name: string }>`
    select format('%I.%I', schemaname, tablename) as name from pg_tables
    where schemaname not in ('pg_catalog', 'information_schema')`.execute(ownerDb)
  const all = await Promise.all(tables.map(({ name }) => cellsOf(name)))
  return all.flat()
}

async function cellsOf(table: string): Promise<Place[]> {
  const { rows } = await sql<{ row: object }>`select to_jsonb(t) as row from ${sql.raw(table)} t`.execute(
    ownerDb,
  )
  return rows.flatMap(({ row }) =>
    Object.entries(row).map(([column, value]) => ({
      where: `table ${table}.${column}`,
      text: typeof value === 'string' ? value : JSON.stringify(value),
    })),
  )
}

async function askRedis<T>(question: (client: Redis) => Promise<T>): Promise<T> {
  const client = new Redis(redis?.url ?? '', { password: redisPassword })
  try {
    return await question(client)
  } finally {
    client.disconnect()
  }
}

const keysOfRedis = (): Promise<Place[]> =>
  askRedis(async (client) => {
    const places: Place[] = []
    for (const key of await client.keys('*'))
      places.push(
        { where: 'key of Redis', text: key },
        { where: 'value in Redis', text: (await client.get(key)) ?? '' },
      )
    return places
  })

/** Built while the secrets are in the environment, as on a machine that builds and runs. */
function filesOfClient(): Place[] {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-canaries-'))
  try {
    const build = ['build', '--outDir', folder, '--emptyOutDir', '--logLevel', 'error']
    const env = { PATH: process.env['PATH'], ...sourceOf(town.env) }
    execFileSync('vite', build, { cwd: fileURLToPath(new URL('../../client', import.meta.url)), env })
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((file) => file.isFile())
      .map(({ parentPath, name }) => ({
        where: `client ${name}`,
        text: readFileSync(join(parentPath, name), 'latin1'),
      }))
  } finally {
    rmSync(folder, { recursive: true })
  }
}

test('L1, L2, K3: a way through all of it, and through all that can go wrong, leaves no secret anywhere', async () => {
  await goThrough()
  await failInEveryWay()
  expect([...asked].sort(), 'every procedure was gone through').toEqual(NAMES)
  const places = await everythingThatWasWritten()
  const kinds = new Set(places.map(({ where }) => where.split(' ')[0]))
  expect([...kinds].sort()).toEqual(['answer', 'client', 'command', 'log', 'table'])
  const { leaks, unused } = judge(findCanaries(aviary.canaries, places), ALLOWED)
  expect(summed(leaks)).toEqual([])
  expect(codes.size).toBeGreaterThan(5)
  expect(codesIn(places)).toEqual([])
  expect(unused.map(({ kind, where }) => `${kind} in ${where.source}`)).toEqual([])
})

test('a secret that is planted in a log, in the audit or in a table is found', async () => {
  const planted = hatch('planted')
  const [code = ''] = codes
  await sql`insert into audit_events (action, request_id, metadata) values ('user.logout', 'r', ${JSON.stringify({ reason: btoa(`x${planted}`) })}::jsonb)`.execute(
    ownerDb,
  )
  await sql`create table planted as select ${Buffer.from(planted)}::bytea as bytes`.execute(ownerDb)
  server.child.stdout?.emit('data', Buffer.from(`{"msg":"${planted}","code":"${code.toLowerCase()}"}\n`))
  const places = await everythingThatWasWritten()
  expect(codesIn(places)).toEqual([`${code} in log of the server`])
  const { leaks } = judge(findCanaries(aviary.canaries, places), ALLOWED)
  const found = leaks.filter(({ kind }) => kind === 'planted').map(({ where }) => where)
  expect(found.sort()).toEqual([
    'log of the server',
    'table public.audit_events.metadata',
    'table public.planted.bytes',
  ])
})

test.skipIf(!hasRedis)(
  'what was counted in Redis meanwhile holds none, and one that is planted is found',
  async () => {
    const places = await keysOfRedis()
    expect(new Set(places.map(({ where }) => where))).toEqual(new Set(['key of Redis', 'value in Redis']))
    expect(summed(findCanaries(aviary.canaries, places))).toEqual([])
    const planted = hatch('planted in Redis')
    await askRedis((client) => client.set(btoa(`key ${planted}`), JSON.stringify({ planted })))
    const found = findCanaries(aviary.canaries, await keysOfRedis()).map(({ where }) => where)
    expect(found.sort()).toEqual(['key of Redis', 'value in Redis'])
  },
)

/** One line a kind and place: a leak is met many times. */
const summed = (leaks: Find[]): string[] =>
  [...new Map(leaks.map((find) => [`${find.kind} in ${find.where} (${find.form})`, find.text]))].map(
    ([what, text]) => `${what}: ${text}`,
  )
