import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, describe, expect, test } from 'vitest'
import { openTestDb } from '@latchkey/db/test-db'
import { keyedHash, keyedHashes, pepperKeysOf } from '@latchkey/db/keyed-hash'
import type { Env } from '@latchkey/shared/env'
import { Secret } from '@latchkey/shared/secret'
import { aSignedInUser, PASSWORD } from '../test/actors.ts'
import { Browser } from '../test/browser.ts'
import { openHostOn } from '../test/host.ts'
import { aLink } from '../test/letters.ts'

const town = await openTestDb()
const [OLD, NEW] = [
  new Secret('old-session-secret-'.padEnd(40, '1')),
  new Secret('new-session-secret-'.padEnd(40, '2')),
]
type Secrets = Pick<Env, 'SESSION_SECRET' | 'SESSION_SECRET_PREVIOUS'>
const hostWith = (secrets: Secrets) => openHostOn({ ...town.env, ...secrets })

/** The steps of docs/CONFIG.md, each a process with other settings on the same database. */
const before = await hostWith({ SESSION_SECRET: OLD, SESSION_SECRET_PREVIOUS: undefined })
const announced = await hostWith({ SESSION_SECRET: OLD, SESSION_SECRET_PREVIOUS: NEW })
const turned = await hostWith({ SESSION_SECRET: NEW, SESSION_SECRET_PREVIOUS: OLD })
const after = await hostWith({ SESSION_SECRET: NEW, SESSION_SECRET_PREVIOUS: undefined })
const hosts = [before, announced, turned, after]
afterAll(async () => {
  await Promise.all(hosts.map((host) => host.close()))
  await town.close()
})

/** The same browser, on another process. */
function movedTo(host: { url: string }, { jar }: Browser): Browser {
  const browser = new Browser(host.url)
  for (const [name, value] of jar) browser.jar.set(name, value)
  return browser
}
/** A write that succeeds as often as it is asked. */
const write = (browser: Browser) => browser.post('/api/auth/sessions/revoke-others', {})

describe('L3, A17: SESSION_SECRET', () => {
  test('what the previous one signed still writes, and is signed with the current one when asked for', async () => {
    const { browser } = await aSignedInUser(before)
    const moved = movedTo(turned, browser)
    expect((await write(moved)).status).toBe(200)
    const old = moved.csrf
    await moved.get('/api/auth/csrf')
    expect(moved.csrf).not.toBe(old)
    expect((await write(movedTo(after, moved))).status).toBe(200)
  })

  test('once it is taken away, what it signed writes no more', async () => {
    const { browser } = await aSignedInUser(before)
    expect((await write(movedTo(after, browser))).status).toBe(403)
  })

  test('a device that was known stays known, and is signed anew at the next sign-in', async () => {
    const { browser, email } = await aSignedInUser(before)
    const device = browser.jar.get('latchkey_device')
    const moved = movedTo(turned, browser)
    await moved.get('/api/auth/csrf')
    expect((await moved.post('/api/auth/login', { email, password: PASSWORD })).status).toBe(200)
    const renewed = moved.jar.get('latchkey_device')
    expect(renewed?.split('.')[0]).toBe(device?.split('.')[0])
    expect(renewed).not.toBe(device)
  })

  test('changed under load, step by step and never on all processes at once, nothing fails', async () => {
    const steps = [
      [before, before],
      [before, announced],
      [announced, announced],
      [announced, turned],
      [turned, turned],
    ] as const
    let now = 0
    let working = true
    const seen: number[] = []
    async function person(): Promise<void> {
      let { browser } = await aSignedInUser(before)
      for (let turn = 0; working; turn += 1) {
        const host = steps[now]![turn % 2]!
        browser = movedTo(host, browser)
        if (turn % 3 === 0) seen.push((await browser.get('/api/auth/csrf')).status)
        seen.push((await write(browser)).status, (await browser.get('/api/auth/me')).status)
      }
    }
    const people = Array.from({ length: 3 }, person)
    for (; now < steps.length - 1; now += 1) await sleep(250)
    working = false
    await Promise.all(people)
    expect(seen.length).toBeGreaterThan(30)
    expect(new Set(seen)).toEqual(new Set([200]))
  })
})

test('L3, A17: TOKEN_PEPPER: what the previous one hashed is found, and new hashes are of the current one', () => {
  const [old, current] = [new Secret('old'), new Secret('new')]
  const during = pepperKeysOf({ TOKEN_PEPPER: current, TOKEN_PEPPER_PREVIOUS: old })
  const stored = keyedHash(pepperKeysOf({ TOKEN_PEPPER: old, TOKEN_PEPPER_PREVIOUS: undefined }), 'value')
  expect(keyedHashes(during, 'value')).toContainEqual(stored)
  expect(keyedHash(during, 'value')).toEqual(
    keyedHash(pepperKeysOf({ TOKEN_PEPPER: current, TOKEN_PEPPER_PREVIOUS: undefined }), 'value'),
  )
  expect(keyedHash(during, 'value')).not.toEqual(stored)
})

test('L3, A17: TOKEN_PEPPER: a link from a letter works as long as the previous one is known', async () => {
  const [old, current] = [
    new Secret('old-token-pepper-'.padEnd(40, '1')),
    new Secret('new-token-pepper-'.padEnd(40, '2')),
  ]
  const peppered = (TOKEN_PEPPER: Secret, TOKEN_PEPPER_PREVIOUS?: Secret) =>
    openHostOn({ ...town.env, TOKEN_PEPPER, TOKEN_PEPPER_PREVIOUS })
  const [earlier, during, later] = await Promise.all([
    peppered(old),
    peppered(current, old),
    peppered(current),
  ])
  hosts.push(...[earlier, during, later])
  const unlock = (host: { url: string }, link: { token: string }) =>
    new Browser(host.url).post('/api/auth/unlock', link)
  const [first, second] = [await aLink(earlier, 'unlock_account'), await aLink(earlier, 'unlock_account')]
  expect((await unlock(during, first)).body).toEqual({ ok: true })
  expect((await unlock(later, second)).body).toMatchObject({ code: 'TOKEN_INVALID' })
  expect((await unlock(later, await aLink(during, 'unlock_account'))).body).toEqual({ ok: true })
})
