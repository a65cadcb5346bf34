import { afterAll, describe, expect, test } from 'vitest'
import { doorsOf, NAMES } from '../matrix/test/doors.ts'
import { POLICY } from '../matrix/policy.ts'
import { aSignedInUser } from '../test/actors.ts'
import { Browser } from '../test/browser.ts'
import { openHostOn, openTestHost } from '../test/host.ts'

/** Two processes in all but name: nothing is shared but the database. */
const host = await openTestHost()
const twin = await openHostOn(host.town.env)
await Promise.all([host, twin].map(({ deps }) => deps.boss.start()))
afterAll(async () => {
  await twin.close()
  await host.close()
})
const { db } = host.deps

/** The same cookies at another process. */
function copyAt(url: string, browser: Browser): Browser {
  const copy = new Browser(url)
  for (const [name, value] of browser.jar) copy.jar.set(name, value)
  return copy
}

describe('C6, pain 3: signing out', () => {
  const guarded = NAMES.filter((name) => POLICY[name].may !== 'anyone')

  test('1,000 calls over all rows and both processes right afterwards: not one is let in', async () => {
    const { browser } = await aSignedInUser(host, { roles: ['ADMIN'] })
    const thieves = [copyAt(host.url, browser), copyAt(twin.url, browser)]
    expect((await thieves[1]?.get('/api/auth/me'))?.status).toBe(200)
    const answer = await browser.post('/api/auth/logout')
    expect([
      answer.status,
      answer.headers.get('clear-site-data'),
      answer.headers.get('cache-control'),
    ]).toEqual([200, '"cache"', 'no-store'])
    const deeds = thieves.flatMap((thief) =>
      guarded.flatMap((name) => doorsOf(name).map((door) => () => door.ask(thief, {}))),
    )
    const codes: string[] = []
    while (codes.length < 1000) {
      const said = await Promise.all(deeds.map((deed) => deed()))
      codes.push(...said.map(({ code }) => code))
    }
    expect(new Set(codes)).toEqual(new Set(['UNAUTHENTICATED']))
  })

  test.each(['/api/auth/logout', '/api/users/logout', '/v1/auth/logout', '/api/trpc/auth.logout'])(
    'by %s it is the same',
    async (path) => {
      const { browser } = await aSignedInUser(host)
      const thief = copyAt(twin.url, browser)
      expect((await browser.post(path)).status).toBe(200)
      expect((await thief.get('/api/auth/me')).status).toBe(401)
    },
  )
})

type Person = Awaited<ReturnType<typeof aSignedInUser>>
type Fate = { deed(person: Person): Promise<unknown>; path: string; refusal: number }
const FATES: Record<string, Fate> = {
  'is suspended': {
    deed: ({ id }) => db.updateTable('users').set({ status: 'suspended' }).where('id', '=', id).execute(),
    path: '/api/auth/me',
    refusal: 401,
  },
  'is deleted': {
    deed: ({ id }) => db.deleteFrom('users').where('id', '=', id).execute(),
    path: '/api/auth/me',
    refusal: 401,
  },
  'loses a role': {
    deed: ({ id }) =>
      db.deleteFrom('userRoles').where('userId', '=', id).where('role', '=', 'ADMIN').execute(),
    path: `/api/trpc/jobs.pingResult?input=${encodeURIComponent('{"id":"5f0c7a52-2d3f-4a44-9d7e-3d6f6a1b9c01"}')}`,
    refusal: 403,
  },
  'signs out': {
    deed: ({ browser }) => browser.post('/api/auth/logout'),
    path: '/api/auth/me',
    refusal: 401,
  },
  'ends all other sessions elsewhere': {
    deed: async ({ email, browser }) => {
      const other = new Browser(twin.url)
      await other.post('/api/auth/login', { email, password: 'velvet-harbour-mango-42' })
      expect(browser.session).not.toBe(other.session)
      return other.post('/api/auth/sessions/revoke-others')
    },
    path: '/api/auth/me',
    refusal: 401,
  },
}

describe('C7, pain 3: revocation is immediate', () => {
  test.each(Object.entries(FATES))(
    'while somebody %s, the first call that begins afterwards is refused, in every process',
    async (_what, { deed, path, refusal }) => {
      const person = await aSignedInUser(host, { roles: ['ADMIN'] })
      const calls: { begun: number; status: number }[] = []
      let isOver = false
      const streams = [host.url, twin.url].flatMap((url) =>
        [1, 2, 3].map(async () => {
          const browser = copyAt(url, person.browser)
          while (!isOver) {
            const begun = performance.now()
            calls.push({ begun, status: (await browser.get(path)).status })
          }
        }),
      )
      await until(() => calls.length > 30)
      await deed(person)
      const committed = performance.now()
      await until(() => calls.filter(({ begun }) => begun > committed).length > 30)
      isOver = true
      await Promise.all(streams)

      const early = calls.slice(0, 20).map(({ status }) => status)
      expect(new Set(early)).toEqual(new Set([200]))
      const late = calls.filter(({ begun }) => begun > committed).map(({ status }) => status)
      expect(new Set(late)).toEqual(new Set([refusal]))
    },
  )
})

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5))
}
