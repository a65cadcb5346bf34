import { afterAll, describe, expect, test } from 'vitest'
import { openTestHost } from '../test/host.ts'
import { rawRequest, sendRaw } from '../test/raw.ts'
import { anAllowed, expectNothingWritten } from './test/allowed.ts'
import { rowsOf, twoDoorsOf, WRITES } from './test/doors.ts'

const host = await openTestHost()
await host.deps.boss.start()
afterAll(() => host.close())
const own = host.deps.env.PUBLIC_URL
const { host: name, port } = new URL(own)

const SITES = ['same-origin', 'same-site', 'cross-site', 'none', undefined]
const ORIGINS = [
  undefined,
  own,
  'null',
  `http://evil.${name}`,
  `http://localhost:${Number(port) + 1}`,
  `https://${name}`,
  `${own}.evil.example`,
  `http://${name}@evil.example`,
  `http://l\u00f6calhost:${port}`,
  `http://xn--lcalhost-54a:${port}`,
]
/** Decision 14: what the browser says of the site, else of the origin; a program says neither. */
const isLegal = (site: string | undefined, origin: string | undefined) =>
  site === undefined ? origin === undefined || origin === own : site === 'same-origin'

describe('D1: where a write may come from', () => {
  test.each(WRITES)('%s: 5 sites by 10 origins through both doors', async (write) => {
    const { caller } = await anAllowed(host, write)
    await expectNothingWritten(host, async () => {
      for (const door of twoDoorsOf(write))
        for (const site of SITES)
          for (const origin of ORIGINS) {
            // A field that nobody knows: who gets past the check of where it comes from is stopped by the schema.
            const headers = { 'sec-fetch-site': site, origin }
            const { status } = await door.ask(caller.browser, { strange: 1 }, headers)
            const cell = [door.name, site, origin]
            expect([...cell, status]).toEqual([...cell, isLegal(site, origin) ? 422 : 403])
          }
    })
  })
})

const TYPES = [
  'multipart/form-data; boundary=x',
  'application/x-www-form-urlencoded',
  'text/plain',
  'text/plain; application/json',
  'application/octet-stream',
  'application/jsonx',
  'application/problem+json',
  'text/json',
  'application/json; charset=utf-16',
  'application/json, text/plain',
]

describe('D2: writes speak JSON and nothing else', () => {
  test.each(WRITES)('%s under 10 other types, and under none', async (write) => {
    const { caller, body } = await anAllowed(host, write)
    const paths = [`/api/trpc/${write}`, ...rowsOf(write).map(({ path }) => path)]
    const told = { 'x-csrf-token': caller.browser.csrf ?? '' }
    const cookie = [...caller.browser.jar].map(([key, value]) => `${key}=${value}`).join('; ')
    await expectNothingWritten(host, async () => {
      for (const path of paths) {
        for (const type of TYPES) {
          const headers = { ...told, 'content-type': type }
          const { status } = await caller.browser.send('POST', path, { body: JSON.stringify(body), headers })
          expect([path, type, status]).toEqual([path, type, 415])
        }
        const untyped = rawRequest(host, `POST ${path}`, { ...told, cookie, 'Content-Length': '9999999999' })
        expect(await sendRaw(host, untyped), 'before the body is there').toMatch(/^HTTP\/1.1 415 /)
      }
    })
  })
})
