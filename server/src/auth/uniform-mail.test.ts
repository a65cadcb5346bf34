import type { KyselyPlugin } from 'kysely'
import { afterAll, describe, expect, test } from 'vitest'
import { aSignedInUser, aUser, PASSWORD } from '../test/actors.ts'
import { Browser } from '../test/browser.ts'
import { openHostOn, openTestHost } from '../test/host.ts'
import { letterTo } from '../test/letters.ts'
import { settled } from '../test/settled.ts'

/** Every try from another address, so that what is compared is the mailbox's part alone. */
const host = await openTestHost({ TRUSTED_PROXIES: '127.0.0.1', RATE_LIMITS: 'shipped' })
afterAll(() => host.close())
const { db } = host.deps
await host.deps.boss.start()

let made = 0
const elsewhere = () => ({ headers: { 'x-forwarded-for': `2001:db8:${(made += 1).toString(16)}::1` } })
const withChange = async (change: { status: 'suspended' } | { passwordHash: null }): Promise<string> => {
  const { id, email } = await aUser(host)
  await db.updateTable('users').set(change).where('id', '=', id).execute()
  return email
}

/** Whoever asks, the answer is the same in each of these. */
const MAILBOXES: Record<string, () => Promise<string>> = {
  unknown: async () => `unknown-${(made += 1)}@example.com`,
  known: async () => (await aUser(host)).email,
  'known and not proved': async () => (await aUser(host, { isEmailVerified: false })).email,
  suspended: () => withChange({ status: 'suspended' }),
  'suspended and not proved': async () => {
    const { id, email } = await aUser(host, { isEmailVerified: false })
    await db.updateTable('users').set({ status: 'suspended' }).where('id', '=', id).execute()
    return email
  },
  'without a password': () => withChange({ passwordHash: null }),
}
const BODIES: Record<string, (email: string) => object> = {
  '/api/auth/forgot-password': (email) => ({ email }),
  '/v1/auth/forgot-password': (email) => ({ email }),
  '/api/trpc/auth.forgotPassword': (email) => ({ email }),
  '/api/auth/resend-verification': (email) => ({ email }),
  '/api/trpc/auth.resendVerification': (email) => ({ email }),
  '/api/auth/register': (email) => ({ email, password: PASSWORD }),
}

/** The same host, whose statements are counted. */
let statements = 0
const counting: KyselyPlugin = {
  transformQuery: ({ node }) => node,
  transformResult({ result }) {
    statements += 1
    return Promise.resolve(result)
  },
}
const counted = await openHostOn(host.town.env, { db: db.withPlugin(counting) })
afterAll(() => counted.close())
await counted.deps.boss.start()

describe.each(Object.entries(BODIES))('B3, B4, B6: %s', (path, bodyOf) => {
  test('says one thing to everybody', async () => {
    const sayings = new Set<string>()
    for (const mailbox of Object.values(MAILBOXES))
      for (let nth = 0; nth < 5; nth += 1)
        sayings.add(
          JSON.stringify(
            settled(await new Browser(host.url).post(path, bodyOf(await mailbox()), elsewhere())),
          ),
        )
    expect([...sayings]).toHaveLength(1)
    expect(JSON.parse([...sayings][0] ?? '')).toMatchObject({
      status: path === '/api/auth/register' ? 202 : 200,
    })
  })

  test('asks the database as often, whoever it is', async () => {
    const counts = new Map<string, number>()
    for (const [name, mailbox] of Object.entries(MAILBOXES)) {
      const email = await mailbox()
      const browser = new Browser(counted.url)
      await browser.get('/api/auth/csrf')
      statements = 0
      const answer = await browser.post(path, bodyOf(email), elsewhere())
      expect(answer.status).toBeLessThan(300)
      counts.set(name, statements)
    }
    expect(new Set(counts.values()).size, JSON.stringify([...counts])).toBe(1)
    expect([...counts.values()][0]).toBeGreaterThan(4)
  })
})

test('a letter goes to whom one is owed, and to nobody else', async () => {
  const owed: [string, string, boolean][] = [
    ['forgot-password', 'unknown', false],
    ['forgot-password', 'known', true],
    ['forgot-password', 'known and not proved', true],
    ['forgot-password', 'suspended', false],
    ['forgot-password', 'without a password', true],
    ['resend-verification', 'unknown', false],
    ['resend-verification', 'known', false],
    ['resend-verification', 'known and not proved', true],
    ['resend-verification', 'suspended', false],
    ['resend-verification', 'suspended and not proved', false],
  ]
  for (const [act, name, isOwed] of owed) {
    const email = (await MAILBOXES[name]?.()) ?? ''
    await new Browser(host.url).post(`/api/auth/${act}`, { email }, elsewhere())
    const letters = await db.selectFrom('emailOutbox').select('id').where('toAddress', '=', email).execute()
    expect([act, name, letters.length]).toEqual([act, name, isOwed ? 1 : 0])
  }
})

test('A6, B6: asking for another address answers the same whether it is free or taken', async () => {
  const sayings = new Set<string>()
  for (const mailbox of Object.values(MAILBOXES)) {
    const { browser } = await aSignedInUser(host)
    const email = await mailbox()
    sayings.add(JSON.stringify(settled(await browser.post('/api/auth/change-email', { email }, elsewhere()))))
  }
  expect([...sayings]).toHaveLength(1)
})

test('E8: what a caller says our name is stands in no letter', async () => {
  const names = [
    'evil.example',
    'localhost:1@evil.example',
    `${new URL(host.deps.env.PUBLIC_URL).host}.evil.example`,
  ]
  const headers = [
    'x-forwarded-host',
    'x-forwarded-server',
    'forwarded',
    'x-original-host',
    'origin',
    'referer',
    'x-host',
    'x-forwarded-proto',
    'x-forwarded-port',
    'x-original-url',
    'x-rewrite-url',
  ]
  const asked: string[] = []
  for (const name of names)
    for (const header of headers) {
      const value = header === 'forwarded' ? `host=${name}` : name
      const { email } = await aUser(host)
      const forged = { headers: { ...elsewhere().headers, [header]: value } }
      const { status } = await new Browser(host.url).post('/api/auth/forgot-password', { email }, forged)
      // Whoever says that a page of somebody else's asks is let nowhere, and no letter is made.
      if (header === 'origin') {
        expect([header, status]).toEqual([header, 403])
        continue
      }
      expect([header, status]).toEqual([header, 200])
      const told = await letterTo(host, email)
      expect(JSON.stringify(told), header).not.toContain(name)
      expect(told, 'a letter is given no address to link to').toEqual({
        letter: 'reset-password',
        name: null,
        token: expect.any(String) as string,
        code: expect.any(String) as string,
      })
      asked.push(email)
    }
  expect(asked).toHaveLength(names.length * (headers.length - 1))
})
