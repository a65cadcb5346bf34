import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { DEMO_PASSWORD } from '@latchkey/shared/demo'
import { Secret } from '@latchkey/shared/secret'
import { ensureFirstAdmin } from '../src/first-admin.ts'
import { verifyPassword } from '../src/password-hash.ts'
import { openTestDb, sourceOf } from '../src/test-db.ts'
import { insertPerson } from '../src/users.ts'

const EMAIL = 'root@example.com'
const GOOD = 'quiet-harvest-lantern-58'
const PROD = {
  ENV: 'prod',
  PUBLIC_URL: 'https://example.com',
  COOKIE_SECURE: 'true',
  PASSWORD_PROFILE: 'balanced',
  RATE_LIMITS: 'shipped',
  CAPTCHA: 'ladder',
  LOG_LEVEL: 'info',
  REDIS_URL: 'redis://127.0.0.1:6379',
  ENCRYPTION_KEYS: JSON.stringify({ v1: randomBytes(32).toString('base64') }),
}
let town = await openTestDb()
afterAll(() => town.close())
beforeEach(async () => {
  await town.close()
  town = await openTestDb()
})

const ensure = (change: { ADMIN_EMAIL?: string; ADMIN_PASSWORD?: Secret; ENV?: 'prod' | 'staging' } = {}) =>
  ensureFirstAdmin(
    { ...town.env, ADMIN_EMAIL: EMAIL, ADMIN_PASSWORD: new Secret(GOOD), ...change },
    town.ownerDb,
  )
const people = () =>
  town.db.selectFrom('users').select(['id', 'email', 'passwordHash', 'isEmailVerified', 'status']).execute()
const events = () => town.db.selectFrom('auditEvents').select(['action', 'actorId', 'targetId']).execute()
const roles = async () =>
  (await town.db.selectFrom('userRoles').select('role').orderBy('role').execute()).map(({ role }) => role)

/** As an operator runs it. */
const migrate = (settings: Record<string, string>) => run('migrate.ts', settings)
const run = (file: string, settings: Record<string, string>) =>
  promisify(execFile)(process.execPath, [join(import.meta.dirname, '../src', file)], {
    env: { ...sourceOf(town.env), ...settings },
  }).then(
    ({ stdout }) => ({ code: 0, said: stdout }),
    (error: { code: number; stdout: string; stderr: string }) => ({
      code: error.code,
      said: error.stdout + error.stderr,
    }),
  )

test('C10: the first administrator is made once, verified, with the password that was given', async () => {
  expect(await ensure()).toBe('ADMIN_EMAIL: root@example.com is the first administrator')
  const [person, ...more] = await people()
  expect(more).toEqual([])
  expect(person).toMatchObject({ email: EMAIL, isEmailVerified: true, status: 'active' })
  expect(await verifyPassword(person?.passwordHash ?? '', GOOD)).toBe(true)
  expect(await roles()).toEqual(['ADMIN', 'USER'])
  expect(await events()).toEqual([{ action: 'admin.bootstrap', actorId: null, targetId: person?.id }])
})

test('C10: a later run resets no password, and makes no second one under another address', async () => {
  await ensure()
  const before = await people()
  for (const change of [
    {},
    { ADMIN_PASSWORD: new Secret('another-harvest-lantern-58') },
    { ADMIN_EMAIL: 'other@example.com' },
  ])
    expect(await ensure(change)).toMatch(/was made before; nothing changed/)
  expect(await people()).toEqual(before)
  expect(await events()).toHaveLength(1)
})

test('C10: one that was deleted does not come back', async () => {
  await ensure()
  await town.db.deleteFrom('users').execute()
  await ensure()
  expect(await people()).toEqual([])
})

test('C10: an account that has the address is left as it is, and one line says so', async () => {
  await town.db
    .transaction()
    .execute((trx) => insertPerson(trx, { email: EMAIL, passwordHash: 'theirs', displayName: null }))
  expect(await ensure()).toMatch(/has an account already, which is left as it is/)
  expect(await people()).toMatchObject([{ passwordHash: 'theirs', isEmailVerified: false }])
  expect(await roles()).toEqual(['USER'])
  expect(await events()).toEqual([])
})

test('C10: two runs at once make one', async () => {
  await Promise.all([ensure(), ensure(), ensure()])
  expect(await people()).toHaveLength(1)
  expect(await events()).toHaveLength(1)
})

describe.each(['prod', 'staging'] as const)('L1: in %s', (ENV) => {
  test.each([
    ['short', 'Tr0ub4dor', /between 12 and 256/],
    ['common', 'password1234', /easy to guess|list/],
    ['a placeholder', 'changeme-changeme', /everybody knows/],
    ['named after the address', 'root-harvest-lantern-58', /email name/],
    ['known from the demo', DEMO_PASSWORD, /everybody knows/],
  ])('a password that is %s makes nobody', async (_what, password, sentence) => {
    await expect(ensure({ ENV, ADMIN_PASSWORD: new Secret(password) })).rejects.toThrow(sentence)
    expect(await people()).toEqual([])
  })
})

test('A7: a fresh installation has no account, and none comes with a migration or a seed', async () => {
  expect(await migrate(PROD)).toEqual({ code: 0, said: 'migrated: nothing new\n' })
  expect((await run('seed.ts', PROD)).code).toBe(1)
  expect(await people()).toEqual([])
})

test('C10, L1: migrate makes the administrator, and refuses a weak password by the name of its setting', async () => {
  const weak = await migrate({ ...PROD, ADMIN_EMAIL: EMAIL, ADMIN_PASSWORD: 'administrator' })
  expect(weak.code).toBe(1)
  expect(weak.said).toContain('migrate: ADMIN_PASSWORD: ')
  expect(weak.said).not.toContain('administrator')
  expect(await people()).toEqual([])

  const good = await migrate({ ...PROD, ADMIN_EMAIL: EMAIL, ADMIN_PASSWORD: GOOD })
  expect(good).toEqual({
    code: 0,
    said: 'migrated: nothing new\nADMIN_EMAIL: root@example.com is the first administrator\n',
  })
  expect(await people()).toHaveLength(1)
})
