import { afterAll, describe, expect, test } from 'vitest'
import type { TokenType } from '@latchkey/db/tables/one-time-tokens'
import { aUser, PASSWORD } from '../test/actors.ts'
import { Browser } from '../test/browser.ts'
import { openTestHost } from '../test/host.ts'
import { linkFor } from '../test/letters.ts'

const host = await openTestHost()
afterAll(() => host.close())
const { db } = host.deps
const NEW_PASSWORD = 'copper-meadow-violin-58'
const ROUNDS = 50
const AT_ONCE = 100

type Race = {
  type: TokenType
  path: string
  more?: object
  /** What one success leaves behind: an event, and letters. */
  action: string
  letters: string[]
}
const RACES: Record<string, Race> = {
  'a confirmation': {
    type: 'verify_email',
    path: '/api/auth/verify-email',
    more: { newPassword: NEW_PASSWORD },
    action: 'user.verify_email',
    letters: [],
  },
  'a new password': {
    type: 'reset_password',
    path: '/api/auth/reset-password',
    more: { password: NEW_PASSWORD },
    action: 'user.reset_password',
    letters: ['password-changed'],
  },
  'a new address': {
    type: 'change_email',
    path: '/api/auth/change-email/confirm',
    action: 'user.change_email',
    letters: [],
  },
  'an undoing': {
    type: 'undo_change_email',
    path: '/api/auth/change-email/undo',
    action: 'user.undo_change_email',
    letters: [],
  },
  'a not-me': { type: 'not_me', path: '/api/auth/not-me', action: 'user.not_me', letters: [] },
  'an unlocking': { type: 'unlock_account', path: '/api/auth/unlock', action: 'user.unlock', letters: [] },
}

/** As many browsers as ask at once, each with its token, so that a round is the asking alone. */
const browsers = await Promise.all(
  Array.from({ length: AT_ONCE }, async () => {
    const browser = new Browser(host.url)
    await browser.get('/api/auth/csrf')
    return browser
  }),
)

describe('E2: a hundred at once with one link', () => {
  test.each(Object.entries(RACES))(
    `%s: exactly one is let, in each of ${ROUNDS} rounds`,
    { timeout: 600_000 },
    async (_name, race) => {
      for (let round = 0; round < ROUNDS; round += 1) {
        const { id: userId, email } = await aUser(host, { isEmailVerified: race.type !== 'verify_email' })
        const link = await linkFor(host, { userId, type: race.type, payload: { email: `new-${email}` } })
        const before = await lastEvent()
        const answers = await Promise.all(
          browsers.map((browser) => browser.post(race.path, { ...link, ...race.more })),
        )
        const statuses = answers.map(({ status }) => status)
        expect(statuses.filter((status) => status === 200)).toHaveLength(1)
        expect(new Set(statuses.filter((status) => status !== 200 && status !== 503))).toEqual(new Set([400]))
        const events = await db
          .selectFrom('auditEvents')
          .select('id')
          .where('action', '=', race.action)
          .where('id', '>', before)
          .execute()
        expect(events).toHaveLength(1)
        expect(await lettersTo([email, `new-${email}`])).toEqual(race.letters)
      }
    },
  )

  test('and each success did what it was for', async () => {
    const { id: userId, email } = await aUser(host)
    const link = await linkFor(host, { userId, type: 'reset_password' })
    const more = { password: NEW_PASSWORD }
    await Promise.all(
      browsers.map((browser) => browser.post('/api/auth/reset-password', { ...link, ...more })),
    )
    const login = (password: string) => new Browser(host.url).post('/api/auth/login', { email, password })
    expect((await login(NEW_PASSWORD)).status).toBe(200)
    expect((await login(PASSWORD)).status).toBe(401)
  })
})

async function lastEvent(): Promise<string> {
  const last = await db
    .selectFrom('auditEvents')
    .select('id')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst()
  return last?.id ?? '0'
}

async function lettersTo(emails: string[]): Promise<string[]> {
  const letters = await db
    .selectFrom('emailOutbox')
    .select('letter')
    .where('toAddress', 'in', emails)
    .execute()
  return letters.map(({ letter }) => letter)
}
