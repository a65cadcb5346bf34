import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import { json } from 'node:stream/consumers'
import { afterAll, describe, expect, test } from 'vitest'
import { Secret } from '@latchkey/shared/secret'
import { proceduresOf } from '../procedures.ts'
import { appRouter } from '../router.ts'
import { aSignedInUser, aUser, PASSWORD } from '../test/actors.ts'
import { aLink, linkFor } from '../test/letters.ts'
import { type Answer, type Ask, Browser } from '../test/browser.ts'
import { openHostOn, openTestHost } from '../test/host.ts'
import { ROWS, type Row } from './rows.ts'
import { broken } from './test/contract.ts'

const host = await openTestHost()
const NOWHERE = new Secret('postgres://app:app@127.0.0.1:1/nowhere')
const dark = await openHostOn({ ...host.town.env, DATABASE_URL: NOWHERE, DATABASE_CONNECT_TIMEOUT_MS: 500 })
afterAll(() => Promise.all([dark.close(), host.close()]))
await host.deps.boss.start()

const stranger = () => new Browser(host.url)
const resident = await aSignedInUser(host)
const procedures = proceduresOf(appRouter)

/** How each procedure is asked for what it is there for. A new row wants a line here. */
type Deed = { browser: Browser; body?: object }
const DEEDS: Partial<Record<Row['procedure'], () => Promise<Deed> | Deed>> = {
  'auth.csrf': () => ({ browser: resident.browser }),
  'auth.register': () => ({ browser: stranger(), body: { email: freshEmail(), password: PASSWORD } }),
  'auth.login': async () => ({
    browser: stranger(),
    body: { email: await ofResident(), password: PASSWORD },
  }),
  'auth.logout': async () => ({ browser: (await aSignedInUser(host)).browser }),
  'auth.refresh': async () => ({ browser: (await aSignedInUser(host)).browser }),
  'auth.changePassword': async () => ({
    browser: (await aSignedInUser(host)).browser,
    body: { currentPassword: PASSWORD, password: 'another-harbour-tulip-7' },
  }),
  'captcha.ask': () => ({ browser: stranger(), body: { act: 'login' } }),
  'auth.unlock': async () => ({ browser: stranger(), body: await aLink(host, 'unlock_account') }),
  'auth.verifyEmail': async () => ({
    browser: stranger(),
    body: { ...(await aLink(host, 'verify_email')), password: PASSWORD },
  }),
  'auth.resendVerification': () => ({ browser: stranger(), body: { email: freshEmail() } }),
  'auth.forgotPassword': () => ({ browser: stranger(), body: { email: freshEmail() } }),
  'auth.resetPassword': async () => ({
    browser: stranger(),
    body: { ...(await aLink(host, 'reset_password')), password: 'another-harbour-tulip-7' },
  }),
  'auth.stepUp': async () => ({ browser: (await aSignedInUser(host)).browser, body: { password: PASSWORD } }),
  'auth.changeEmail': async () => ({
    browser: (await aSignedInUser(host)).browser,
    body: { email: freshEmail() },
  }),
  'auth.confirmChangeEmail': async () => {
    const { id: userId, email, browser } = await aSignedInUser(host)
    const payload = { email: `new-${email}` }
    return { browser, body: await linkFor(host, { userId, type: 'change_email', payload }) }
  },
  'auth.undoChangeEmail': async () => ({
    browser: stranger(),
    body: await aLink(host, 'undo_change_email'),
  }),
  'auth.notMe': async () => ({ browser: stranger(), body: await aLink(host, 'not_me') }),
  'profile.update': () => ({ browser: resident.browser, body: { displayName: 'Ada', bio: null } }),
  'session.list': () => ({ browser: resident.browser }),
  'session.revoke': inTwoPlaces,
  'session.revokeOthers': async () => ({ browser: (await aSignedInUser(host)).browser }),
  'audit.mine': () => ({ browser: resident.browser }),
  'user.me': () => ({ browser: resident.browser }),
  'health.get': () => ({ browser: stranger() }),
}
let born = 0
const freshEmail = () => `row-${(born += 1)}@example.com`
let visitor: string | undefined
const ofResident = async () => (visitor ??= (await aUser(host)).email)

/** Somebody with a second browser, whose sign-in the first one may end. */
async function inTwoPlaces(): Promise<Deed> {
  const { email, browser } = await aSignedInUser(host)
  await stranger().post('/api/auth/login', { email, password: PASSWORD })
  const { sessions } = (await browser.get('/api/auth/sessions')).body as {
    sessions: { id: string; current: boolean }[]
  }
  return { browser, body: { id: sessions.find(({ current }) => !current)?.id } }
}

async function deedOf({ procedure }: Row): Promise<Deed> {
  const deed = await DEEDS[procedure]?.()
  if (!deed) throw new Error(`rows.test.ts does not know yet how to ask ${procedure}`)
  return deed
}

async function ask(
  row: Row,
  path: string,
  { browser, body }: Deed,
  headers: Ask['headers'] = {},
): Promise<Answer> {
  if (row.method === 'get') return browser.get(path, { headers })
  if (!browser.csrf) await browser.get('/api/auth/csrf')
  return browser.send(row.method.toUpperCase(), path, {
    body,
    headers: { 'x-csrf-token': browser.csrf, ...headers },
  })
}

/** `fetch` writes the Host header itself. */
async function askAs(name: string, method: string, path: string): Promise<Omit<Answer, 'text'>> {
  const asking = request(host.url + path, { method, headers: { host: name } }).end()
  const [answer] = (await once(asking, 'response')) as [IncomingMessage]
  return {
    status: answer.statusCode ?? 0,
    headers: new Headers(answer.headers as Record<string, string>),
    body: await json(answer),
  }
}

const OF_THE_CONNECTION = new Set(['date', 'connection', 'keep-alive'])

/** What may differ from one time to the next. */
const settled = ({ status, text, headers }: Answer) => ({
  status,
  text: text
    .replace(/"\d{4}-\d\d-\d\dT[\d:.]+Z"/g, '"<instant>"')
    .replace(/"challenge":"(?:[^"\\]|\\.)*"/, '"challenge":"<question>"')
    .replace(/"resetToken":"[^"]+"/, '"resetToken":"<token>"')
    .replace(/"requestId":"[^"]+"/, '"requestId":"<id>"'),
  headers: [...headers.keys()].filter((name) => !OF_THE_CONNECTION.has(name)).sort(),
  cookies: headers.getSetCookie().map((line) => line.replace(/=[^;]+/, '=<value>')),
})

const promised = (row: Row, path: string) => (row.inside.includes(path) ? row.path : path)
const everyPath = ROWS.flatMap((row) =>
  [row.path, ...row.also, ...row.inside].map((path) => ({ row, path, method: row.method })),
)
const writes = everyPath.filter(({ method }) => method !== 'get')
const guarded = everyPath.filter(({ row }) => procedures.get(row.procedure)?.meta?.caller !== 'anyone')

describe('B19, O1, O8: every row and alias, through a real server', () => {
  test.each(everyPath)(
    '$method $path answers as its canonical row does, and as promised',
    async ({ row, path }) => {
      const answer = await ask(row, path, await deedOf(row))
      const canonical = await ask(row, row.path, await deedOf(row))
      expect(answer.status, answer.text).toBeLessThan(300)
      expect(settled(answer)).toEqual(settled(canonical))
      expect(broken(row.method, promised(row, path), answer)).toBeUndefined()
    },
  )

  test.each(guarded)('O9: $method $path without a session is 401', async ({ row, path }) => {
    for (const answer of [
      await stranger().send(row.method.toUpperCase(), path),
      await ask(row, path, { browser: stranger() }),
    ]) {
      expect(answer).toMatchObject({ status: 401, body: { code: 'UNAUTHENTICATED' } })
      expect(broken(row.method, path, answer)).toBeUndefined()
    }
  })

  test.each(writes)(
    'O9: $method $path without a CSRF token, or with a strange one, is 403',
    async ({ row, path }) => {
      const { browser, body } = await deedOf(row)
      const strange = (await stranger().get('/api/auth/csrf')).body as { csrfToken: string }
      for (const token of [undefined, 'a.b.c', strange.csrfToken]) {
        const answer = await browser.send(row.method.toUpperCase(), path, {
          body,
          headers: { 'x-csrf-token': token },
        })
        expect(answer).toMatchObject({ status: 403, body: { code: 'CSRF_FAILED' } })
        expect(broken(row.method, path, answer)).toBeUndefined()
      }
    },
  )

  const spoilt: [string, number, Ask][] = [
    ['a body that is not JSON', 400, { body: '{"email":' }],
    ['a body of more than 100 KiB', 413, { body: { email: 'a'.repeat(103_000) } }],
    ['a form', 415, { body: 'email=a', headers: { 'content-type': 'application/x-www-form-urlencoded' } }],
    ['a list', 422, { body: [] }],
  ]
  describe.each(spoilt)('%s is %d', (_what, status, { body, headers }) => {
    test.each(writes)('$method $path', async ({ row, path }) => {
      const { browser } = await deedOf(row)
      const answer = await ask(row, path, { browser, body: body as object }, headers)
      expect(answer.status).toBe(status)
      expect(broken(row.method, path, answer)).toBeUndefined()
    })
  })

  test.each(everyPath)(
    '$method $path refuses a strange host and too many headers, as promised',
    async ({ row, path }) => {
      const elsewhere = await askAs('elsewhere.example', row.method, path)
      // Probes inside the network have names of their own for us.
      expect(elsewhere.status).toBe(path === '/internal/health' ? 200 : 421)
      expect(broken(row.method, promised(row, path), elsewhere)).toBeUndefined()

      const padded = await ask(row, path, await deedOf(row), { 'x-padding': 'a'.repeat(20_000) })
      expect(padded.status).toBe(431)
      expect(broken(row.method, promised(row, path), padded)).toBeUndefined()
    },
  )

  test.each(everyPath)(
    '$method $path without a database is 503 with Retry-After, as promised',
    async ({ row, path }) => {
      const { body } = await deedOf(row)
      const browser = new Browser(dark.url)
      await browser.get('/api/auth/csrf')
      browser.jar.set('latchkey_session', resident.browser.session ?? '')
      const answer = await ask(row, path, { browser, ...(body && { body }) })
      expect(answer.status, answer.text).toBe(503)
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
      expect(broken(row.method, promised(row, path), answer)).toBeUndefined()
    },
  )
})

describe('J11, I3, decision 36: addresses are exact', () => {
  const paths = [...new Set(everyPath.map(({ path }) => path))]
  const methodsOf = (path: string) => everyPath.filter((one) => one.path === path).map(({ method }) => method)

  test.each(paths)('%s under any other method is 405 with Allow', async (path) => {
    const known = methodsOf(path).flatMap((method) =>
      method === 'get' ? ['GET', 'HEAD'] : [method.toUpperCase()],
    )
    for (const method of ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'].filter(
      (one) => !known.includes(one),
    )) {
      const answer = await stranger().send(method, path)
      expect([method, answer.status]).toEqual([method, 405])
      expect(answer.headers.get('allow')?.split(', ').toSorted()).toEqual([...known, 'OPTIONS'].toSorted())
      if (method !== 'HEAD') expect(answer.body).toMatchObject({ code: 'METHOD_NOT_ALLOWED' })
    }
  })

  test.each(everyPath.filter(({ method }) => method === 'get'))(
    'HEAD $path says what GET says, without a body',
    async ({ row, path }) => {
      const { browser } = await deedOf(row)
      const [get, head] = [await browser.get(path), await browser.send('HEAD', path)]
      expect(head.text).toBe('')
      expect({ ...settled(head), text: '' }).toEqual({ ...settled(get), text: '' })
      expect(head.headers.get('content-length')).toBe(get.headers.get('content-length'))
    },
  )

  test.each(everyPath)(
    '$method $path: no slash at the end or twice, and no capital letters',
    async ({ row, path }) => {
      for (const other of [`${path}/`, `/${path}`, path.toUpperCase(), path.replace('a', 'A')]) {
        const answer = await ask(row, other, await deedOf(row))
        expect([other, answer.status]).toEqual([other, 404])
        expect(answer.body).toMatchObject({ code: 'NOT_FOUND' })
      }
    },
  )
})

test('O1: no address stands twice', () => {
  const addresses = everyPath.map(({ method, path }) => `${method} ${path}`)
  expect(addresses.filter((address, index) => addresses.indexOf(address) !== index)).toEqual([])
})

test('a row that reads opens a query, a row that writes a mutation', () => {
  for (const { method, procedure } of ROWS)
    expect([procedure, procedures.get(procedure)?.type]).toEqual([
      procedure,
      method === 'get' ? 'query' : 'mutation',
    ])
})
