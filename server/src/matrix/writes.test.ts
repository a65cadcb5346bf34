import { afterAll, describe, expect, test } from 'vitest'
import { Browser } from '../test/browser.ts'
import { openTestHost } from '../test/host.ts'
import { POLICY } from './policy.ts'
import { anAllowed, expectNothingWritten } from './test/allowed.ts'
import { aCaller } from './test/callers.ts'
import { asQuery, isRead, NAMES, pathsOf, procedures, rowsOf, twoDoorsOf, WRITES } from './test/doors.ts'

const host = await openTestHost()
await host.deps.boss.start()
afterAll(() => host.close())

describe('D3: a read writes nothing, though it asks for a write', () => {
  test.each(WRITES)('%s by GET, HEAD and OPTIONS', async (name) => {
    const { caller, body } = await anAllowed(host, name)
    const addresses = [
      `/api/trpc/${name}?${asQuery(body)}`,
      `/api/trpc/${name}?batch=1&${asQuery({ 0: body })}`,
      ...rowsOf(name)
        .flatMap(pathsOf)
        .filter((path) => !isRead(path)),
    ]
    await expectNothingWritten(host, async () => {
      for (const address of addresses) {
        const headers = { 'x-csrf-token': caller.browser.csrf, 'x-http-method-override': 'POST' }
        const answer = await caller.browser.get(address, { headers })
        expect([address, answer.status]).toEqual([address, 405])
        for (const method of ['HEAD', 'OPTIONS']) await caller.browser.send(method, address, { headers })
      }
    })
  })
})

describe('D4, D5, decision 14: a write without its token is refused before anything happens', () => {
  const tokens = [undefined, '', 'a.b.c', 'constructor']
  test.each(WRITES)('%s', async (name) => {
    const { caller, body } = await anAllowed(host, name)
    await expectNothingWritten(host, async () => {
      for (const door of twoDoorsOf(name))
        for (const token of tokens) {
          const said = await door.ask(caller.browser, body, { 'x-csrf-token': token })
          expect([door.name, said.status, said.code]).toEqual([door.name, 403, 'CSRF_FAILED'])
          expect(said.answer.headers.getSetCookie()).toEqual([])
        }
    })
  })
})

describe('I4, J4, pain 10: writes are not batched, whoever asks', () => {
  test.each(WRITES)('%s', async (name) => {
    const { caller, body } = await anAllowed(host, name)
    const headers = { 'x-csrf-token': caller.browser.csrf }
    await expectNothingWritten(host, async () => {
      for (const path of [name, `${name},${name}`, `user.me,${name}`])
        for (const query of ['batch=1', 'batch=0', 'batch', '%62atch=1', 'batch=1&batch=0']) {
          const answer = await caller.browser.send('POST', `/api/trpc/${path}?${query}`, {
            body: { 0: body, 1: body },
            headers,
          })
          expect([path, query, answer.status]).toEqual([path, query, 400])
        }
    })
  })
})

describe('H3, J6: a field that no schema names is refused', () => {
  const STRANGERS = [
    'role',
    'id',
    'userId',
    'emailVerified',
    'plan',
    'spendCap',
    'createdAt',
    '__proto__',
    'constructor',
    'prototype',
  ]
  const takers = NAMES.filter((name) => procedures.get(name)?.type === 'mutation' || POLICY[name].input)

  test.each(takers)('%s', async (name) => {
    const { caller, body } = await anAllowed(host, name)
    await expectNothingWritten(host, async () => {
      for (const stranger of STRANGERS.filter((one) => !Object.keys(body).includes(one)))
        for (const door of twoDoorsOf(name)) {
          // Computed, so that `__proto__` becomes a field and not the prototype.
          const said = await door.ask(caller.browser, { ...body, [stranger]: 'ADMIN' })
          const where = `${door.name}, ${stranger}`
          expect([where, said.status, said.code]).toEqual([where, 422, 'VALIDATION_FAILED'])
        }
    })
    expect(Object.keys(Object.prototype)).toEqual([])
  })
})

describe('H4: who is asking stands in the session and nowhere else', () => {
  const guarded = NAMES.filter((name) => POLICY[name].may !== 'anyone')

  test.each(guarded)('%s with the id of somebody who is signed in', async (name) => {
    const victim = await aCaller(host, 'USER')
    const { body } = await anAllowed(host, name)
    const claims = { id: victim.id, userId: victim.id, user: victim.id, email: victim.email }
    const headers = {
      authorization: `Bearer ${victim.id}`,
      'x-user-id': victim.id,
      'x-forwarded-user': victim.email,
      'x-session-id': victim.browser.session,
      'x-original-url': `/?userId=${victim.id}`,
    }
    const stranger = new Browser(host.url)
    await stranger.get('/api/auth/csrf')
    await expectNothingWritten(host, async () => {
      for (const door of twoDoorsOf(name))
        for (const claim of [body, { ...body, ...claims }, claims]) {
          const said = await door.ask(stranger, claim, { 'x-csrf-token': stranger.csrf, ...headers })
          expect([door.name, said.status, said.code]).toEqual([door.name, 401, 'UNAUTHENTICATED'])
        }
    })
  })
})
