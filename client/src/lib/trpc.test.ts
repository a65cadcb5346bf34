import { expect, test } from 'vitest'
import { api, csrfCookie, refuse, setCsrfCookie } from '../test/api.ts'
import { codeOf } from './api-error.ts'
import { createApi } from './trpc.ts'

const credentials = { email: 'uma@example.com', password: 'x' }
const newcomer = { email: 'new@example.com', password: 'paper-lantern-orchard-17' }

test('a write without a cookie fetches one token, however many writes wait', async () => {
  const client = createApi()
  await Promise.all([
    client.auth.register.mutate(newcomer),
    client.auth.register.mutate(newcomer),
    client.auth.register.mutate(newcomer),
  ])
  expect(api.callsTo('auth.csrf')).toHaveLength(1)
  expect(api.callsTo('auth.register').map(({ token }) => token)).toEqual(Array(3).fill(csrfCookie()))
})

test('a write with a cookie asks for nothing', async () => {
  const token = setCsrfCookie('a')
  await createApi().auth.register.mutate(newcomer)
  expect(api.calls).toMatchObject([{ path: 'auth.register', token }])
})

test('the cookie is read anew for every write', async () => {
  const client = createApi()
  setCsrfCookie('a')
  await client.auth.register.mutate(newcomer)
  const later = setCsrfCookie('s')
  await client.auth.register.mutate(newcomer)
  expect(api.callsTo('auth.register').at(-1)?.token).toBe(later)
})

test('a refused token is fetched anew and the write tried once more', async () => {
  setCsrfCookie('a')
  let refusals = 0
  api.on('auth.login', () => {
    refusals += 1
    return refusals === 1 ? refuse('CSRF_FAILED') : refuse('INVALID_CREDENTIALS')
  })
  const code = await createApi().auth.login.mutate(credentials).catch(codeOf)
  expect(code).toBe('INVALID_CREDENTIALS')
  expect(api.calls.map(({ path }) => path)).toEqual(['auth.login', 'auth.csrf', 'auth.login'])
})

test('a token that is refused twice is a refusal', async () => {
  api.on('auth.login', () => refuse('CSRF_FAILED'))
  const code = await createApi().auth.login.mutate(credentials).catch(codeOf)
  expect(code).toBe('CSRF_FAILED')
  expect(api.callsTo('auth.login')).toHaveLength(2)
})

test('two writes whose token is refused share one new token', async () => {
  setCsrfCookie('a')
  const stale = csrfCookie()
  api.on('auth.csrf', () => ({ data: { csrfToken: setCsrfCookie('a') } }))
  api.on('auth.register', () => (csrfCookie() === stale ? refuse('CSRF_FAILED') : { data: { message: 'x' } }))
  const client = createApi()
  await Promise.all([client.auth.register.mutate(newcomer), client.auth.register.mutate(newcomer)])
  expect(api.callsTo('auth.csrf')).toHaveLength(1)
})

test('after a failed fetch of the token the next write fetches again', async () => {
  const client = createApi()
  api.on('auth.csrf', () => Response.error())
  expect(await client.auth.login.mutate(credentials).catch(codeOf)).toBe('UNREACHABLE')
  api.on('auth.csrf', () => ({ data: { csrfToken: setCsrfCookie('a') } }))
  await client.auth.login.mutate(credentials)
  expect(api.callsTo('auth.login')).toHaveLength(1)
})

test('reads are batched, writes never', async () => {
  setCsrfCookie('a')
  const client = createApi()
  await Promise.all([client.user.me.query(), client.auth.csrf.query()])
  await client.auth.register.mutate(newcomer)
  expect(api.calls.map(({ path, batched }) => [path, batched])).toEqual([
    ['user.me', true],
    ['auth.csrf', true],
    ['auth.register', false],
  ])
})

test('reads that are too long for one address go in several, which the server takes', async () => {
  const client = createApi()
  const befores = Array.from({ length: 6 }, (_, nth) => String(nth).repeat(500))
  const reads = await Promise.all(
    befores.map((before) => client.audit.mine.query({ before }).then(() => 'ok', codeOf)),
  )
  expect(reads).toEqual(befores.map(() => 'ok'))
  expect(api.calls).toHaveLength(6)
})
