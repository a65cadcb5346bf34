import { afterAll, describe, expect, test } from 'vitest'
import { BATCH_CALLS, QUERY_BYTES } from '@latchkey/shared/limits'
import { apiErrorBody } from '@latchkey/shared/schemas/error-body'
import { ROWS } from '../rest/rows.ts'
import { aSignedInUser } from '../test/actors.ts'
import { Browser } from '../test/browser.ts'
import { openTestHost } from '../test/host.ts'

const host = await openTestHost()
afterAll(() => host.close())
const { browser } = await aSignedInUser(host, { roles: ['ADMIN'] })
const statusOf = async (path: string) => (await browser.get(path)).status

describe('J3: a query is a short list of names', () => {
  const reads = ROWS.filter(({ method }) => method === 'get').map(({ path }) => path)
  const odd = [
    'a[]=1',
    'a[b][c]=1',
    '%61%5B%5D=1',
    'limit[$gt]=1',
    'a=1&a=2',
    'limit=1&limit=2',
    '__proto__[x]=1',
    '&'.repeat(QUERY_BYTES + 1),
    `a=${'x'.repeat(QUERY_BYTES)}`,
    `a=1?${'x'.repeat(QUERY_BYTES)}`,
    'a%5B%5D=1&'.repeat(100_000).slice(0, 12_000),
  ]
  test.each(reads)('%s refuses lists, objects, repeats and length', async (path) => {
    for (const query of odd) {
      const answer = await browser.get(`${path}?${query}`)
      expect([query.slice(0, 40), answer.status]).toEqual([query.slice(0, 40), 400])
      expect(apiErrorBody.parse(answer.body).code).toBe('MALFORMED_BODY')
    }
  })

  test('exactly 2 KiB are taken', async () => {
    expect(await statusOf(`/api/auth/me?a=${'x'.repeat(QUERY_BYTES - 2)}`)).toBe(200)
    expect(await statusOf(`/api/auth/me?a=${'x'.repeat(QUERY_BYTES - 1)}`)).toBe(400)
  })

  test('a query is read as text, and a name of JavaScript’s own is only a name', async () => {
    expect(await statusOf('/api/users/me/audit?limit=5')).toBe(200)
    for (const query of ['limit=5&__proto__=1', 'constructor=1', 'limit=5&toString=1', 'limit=0x10000'])
      expect(await statusOf(`/api/users/me/audit?${query}`), query).toBe(422)
  })
})

describe('J4, pain 10: the batch is no way around', () => {
  const times = (count: number) => `/api/trpc/${Array(count).fill('health.get').join(',')}?batch=1`

  test('ten calls are taken, eleven are one refusal', async () => {
    const ten = await browser.get(times(BATCH_CALLS))
    expect([ten.status, (ten.body as unknown[]).length]).toEqual([200, BATCH_CALLS])
    const eleven = await browser.get(times(BATCH_CALLS + 1))
    expect(eleven.status).toBe(400)
    expect(eleven.text).not.toContain('"ok"')
  })

  test.each(['1', '', 'null', '{}', '{"token":"x"}', '[', '"', 'a'.repeat(500), '{"__proto__":{"x":1}}'])(
    'connectionParams=%s is refused',
    async (value) => {
      const answer = await browser.get(`/api/trpc/user.me?connectionParams=${encodeURIComponent(value)}`)
      expect(answer.status).toBe(400)
      expect(answer.text).not.toContain(value.length > 4 ? value : 'Expected')
    },
  )

  test('an input is JSON that is as sound as a body', async () => {
    const ask = (input: string) => statusOf(`/api/trpc/audit.mine?input=${encodeURIComponent(input)}`)
    expect(await ask('{"limit":1}')).toBe(200)
    expect(await ask('{"limit":1,"limit":100}')).toBe(400)
    expect(await ask('['.repeat(600) + ']'.repeat(600))).toBe(400)
    expect(await ask('{')).toBe(400)
  })

  test('2,000 names that no procedure has are 2,000 refusals of one kind', async () => {
    const stranger = new Browser(host.url)
    const sayings = new Set<string>()
    for (let nth = 0; nth < 2000; nth += 50) {
      const answers = await Promise.all(
        Array.from({ length: 50 }, (_, at) => stranger.get(`/api/trpc/no.such${nth + at}`)),
      )
      for (const { status, text } of answers)
        sayings.add(`${status} ${text.replace(/"requestId":"[^"]+"/, '')}`)
    }
    expect([...sayings]).toEqual([expect.stringMatching(/^404 .*"code":"NOT_FOUND"/)])
  })
})
