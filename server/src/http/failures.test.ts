import { sql } from 'kysely'
import { afterAll, describe, expect, test } from 'vitest'
import { anAllowed } from '../matrix/test/allowed.ts'
import { doorsOf, NAMES } from '../matrix/test/doors.ts'
import { expectPlainError } from '../matrix/test/errors.ts'
import { aCaller } from '../matrix/test/callers.ts'
import { POLICY } from '../matrix/policy.ts'
import { Browser } from '../test/browser.ts'
import { openTestHost } from '../test/host.ts'

const host = await openTestHost()
await host.deps.boss.start()
afterAll(() => host.close())

const TABLES = ['users', 'sessions', 'audit_events']
/** Asks nothing of the tables, so nothing of it breaks. */
const NEEDS_NO_TABLE = new Set(['health.get', 'auth.csrf', 'auth.letterFate', 'captcha.ask'])
const rename = (from: string, to: string) =>
  sql`alter table ${sql.table(from)} rename to ${sql.table(to)}`.execute(host.town.ownerDb)

describe('J12: a failure of ours says an id and a sentence, whatever it was', () => {
  test.each(NAMES)('%s without its tables', async (name) => {
    const { caller, body } = await anAllowed(host, name)
    for (const table of TABLES) await rename(table, `${table}_gone`)
    try {
      for (const door of doorsOf(name)) {
        const { answer, status, code } = await door.ask(caller.browser, body)
        if (NEEDS_NO_TABLE.has(name)) expect(code).toBe('ok')
        else expect([door.name, status, code]).toEqual([door.name, 500, 'INTERNAL'])
        if (code !== 'ok' && !Array.isArray(answer.body)) expectPlainError(answer)
      }
    } finally {
      for (const table of TABLES) await rename(`${table}_gone`, table)
    }
  })
})

describe('J12: what is refused says no more', () => {
  test('through every door, as nobody, and asked with nonsense', async () => {
    const { browser } = await aCaller(host, 'ADMIN')
    for (const name of NAMES)
      for (const door of doorsOf(name).filter(({ name }) => !name.includes('batch')))
        for (const who of [new Browser(host.url), browser]) {
          const { answer, code } = await door.ask(who, { nonsense: ['select * from users'] })
          if (code !== 'ok') expectPlainError(answer)
          else expect(['anyone', 'signedIn']).toContain(POLICY[name].may)
        }
  })

  test('off every path, and in what is no JSON', async () => {
    const { browser } = await aCaller(host, 'USER')
    for (const path of ['/api/x', '/api/trpc/x', '/api/trpc/%', '/api/%ff', '/v1/%2e', '/nothing'])
      expectPlainError(await browser.get(path))
    for (const body of ['{', '{"a":', 'select 1', '\u0000', '{"email":"\ud800"', ''])
      for (const path of ['/api/auth/login', '/api/trpc/auth.login'])
        expectPlainError(await browser.post(path, body, { headers: { 'content-type': 'application/json' } }))
  })
})

test('J12: no error is kept by anybody on the way, on a page’s path neither', async () => {
  const browser = new Browser(host.url)
  for (const path of ['/nothing', '/assets/gone.js', '/api/nothing', '/api/auth/me']) {
    const { status, headers } = await browser.get(path)
    expect([path, status >= 400, headers.get('cache-control')]).toEqual([path, true, 'no-store'])
  }
})
