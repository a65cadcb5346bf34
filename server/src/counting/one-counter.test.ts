import { afterAll, describe, expect, test } from 'vitest'
import { BATCH_CALLS } from '@latchkey/shared/limits'
import { aUser, PASSWORD } from '../test/actors.ts'
import { Browser } from '../test/browser.ts'
import { failedLoginsOf } from '../test/failed-logins.ts'
import { openTestHost } from '../test/host.ts'
import { rawRequest, sendRaw } from '../test/raw.ts'

const host = await openTestHost({ TRUSTED_PROXIES: '127.0.0.1', RATE_LIMITS: 'shipped' })
afterAll(() => host.close())

let addresses = 0
const anotherAddress = () => `2001:db8:${(addresses += 1).toString(16)}::1`
const guess = (
  path: string,
  from: string,
  body: object = { email: 'nobody@example.com', password: 'wrong' },
) => new Browser(host.url).post(path, body, { headers: { 'x-forwarded-for': from } })

const ADDRESSES = [
  '/api/auth/login',
  '/api/users/login',
  '/v1/auth/login',
  '/api/trpc/auth.login',
  '/api/trpc/%61uth.login',
  '/api/auth/login?x=1',
]
const NOWHERE = [
  '//api/auth/login',
  '/api//auth/login',
  '/api/auth/login/',
  '/API/auth/login',
  '/%61pi/auth/login',
  '/api/auth/login;a=b',
  '/api/auth/login%20',
  '/api/auth%2flogin',
  '/api/trpc//auth.login',
  '/api/trpc/x/auth.login',
  '/api/trpc/auth.login/',
  '/api/trpc/Auth.login',
]

describe('I3, pain 10: what is counted is the procedure, by whatever address and door', () => {
  test.each(ADDRESSES)('five guesses anywhere, and %s is 429', async (last) => {
    const from = anotherAddress()
    for (const path of ADDRESSES.filter((one) => one !== last))
      expect([path, (await guess(path, from)).status]).toEqual([path, 401])
    expect((await guess(last, from)).status).toBe(429)
  })

  test('other spellings are no way in, and cost nothing', async () => {
    const from = anotherAddress()
    for (const path of NOWHERE) expect([path, (await guess(path, from)).status]).toEqual([path, 404])
    const dotted = rawRequest(host, 'POST /api/./auth/login', { 'Content-Type': 'application/json' })
    expect(await sendRaw(host, dotted)).toMatch(/^HTTP\/1.1 404 /)
    const { email } = await aUser(host)
    expect((await guess('/api/auth/login', from, { email, password: PASSWORD })).status).toBe(200)
  })
})

describe('I4, pain 10: a batch is no way to guess more', () => {
  test('ten guesses in one request, ten times: none is looked at', async () => {
    const { id, email } = await aUser(host)
    const from = anotherAddress()
    const path = `/api/trpc/${Array(BATCH_CALLS).fill('auth.login').join(',')}?batch=1`
    const body = Object.fromEntries(
      Array.from({ length: BATCH_CALLS }, (_, nth) => [nth, { email, password: `guess ${nth}` }]),
    )
    for (let turn = 0; turn < 10; turn += 1) expect((await guess(path, from, body)).status).toBe(400)
    expect(await failedLoginsOf(host.deps.db, id)).toEqual({})
    expect((await guess('/api/auth/login', from, { email, password: PASSWORD })).status).toBe(200)
  })
})
