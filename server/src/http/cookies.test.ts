import { parseSetCookie } from 'cookie'
import { afterAll, describe, expect, test } from 'vitest'
import { BRAND } from '@latchkey/shared/brand'
import { CALLERS, aCaller } from '../matrix/test/callers.ts'
import { anAllowed } from '../matrix/test/allowed.ts'
import { doorsOf, NAMES } from '../matrix/test/doors.ts'
import { openTestHost, type TestHost } from '../test/host.ts'

/** What scripts may read is not what signs in. */
const READABLE = 'csrf'
const KNOWN = ['session', READABLE, 'device']

function expectGoodCookies(lines: string[], { isSecure }: { isSecure: boolean }): string[] {
  const names = lines.map((line) => {
    const { name, ...cookie } = parseSetCookie(line)
    const [, prefix, what = ''] = new RegExp(`^(__Host-)?${BRAND.slug}_(\\w+)$`).exec(name) ?? []
    expect(KNOWN).toContain(what)
    expect(prefix === '__Host-').toBe(isSecure)
    expect(cookie.secure ?? false).toBe(isSecure)
    expect(cookie.httpOnly ?? false).toBe(what !== READABLE)
    expect([cookie.sameSite, cookie.path, cookie.domain]).toEqual(['lax', '/', undefined])
    expect(cookie.maxAge).toBeGreaterThanOrEqual(0)
    expect(Buffer.byteLength(line)).toBeLessThanOrEqual(4096)
    return name
  })
  expect(new Set(names).size, 'a name stands once in an answer').toBe(names.length)
  return names
}

describe.each(['true', 'false'])(
  'C2: every cookie of a walk over all procedures, COOKIE_SECURE=%s',
  async (secure) => {
    const host: TestHost = await openTestHost({ COOKIE_SECURE: secure })
    await host.deps.boss.start()
    afterAll(() => host.close())
    const seen = new Set<string>()
    const isSecure = secure === 'true'

    test.each(NAMES)('%s', async (name) => {
      for (const door of doorsOf(name)) {
        const { caller, body } = await anAllowed(host, name)
        const { answer, code } = await door.ask(caller.browser, body)
        expect(code).toBe('ok')
        for (const one of expectGoodCookies(answer.headers.getSetCookie(), { isSecure })) seen.add(one)
      }
    })

    test('as whoever is refused as well', async () => {
      for (const who of CALLERS) {
        const { browser } = await aCaller(host, who)
        for (const name of NAMES)
          for (const door of doorsOf(name)) {
            const { answer } = await door.ask(browser, { strange: 1 }, { 'x-csrf-token': undefined })
            expectGoodCookies(answer.headers.getSetCookie(), { isSecure })
          }
      }
    })

    test('each cookie that there is was among them', () => {
      const prefix = isSecure ? '__Host-' : ''
      expect([...seen].sort()).toEqual(KNOWN.map((what) => `${prefix}${BRAND.slug}_${what}`).sort())
    })
  },
)
