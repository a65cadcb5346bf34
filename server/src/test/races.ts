import type { TokenType } from '@latchkey/db/tables/one-time-tokens'
import { aUser, PASSWORD } from './actors.ts'
import { Browser } from './browser.ts'
import type { TestHost } from './host.ts'
import { linkFor } from './letters.ts'

/** What a link of each kind is shown to, and what one success leaves behind: an event, and letters. */
type Race = {
  type: TokenType
  path: string
  more?: object
  action: string
  letters: string[]
  /** Only by whoever asked for it. */
  isSignedIn?: true
}

const NEW_PASSWORD = 'copper-meadow-violin-58'
export const RACES: Record<string, Race> = {
  'a confirmation': {
    type: 'verify_email',
    path: '/api/auth/verify-email',
    more: { password: PASSWORD },
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
    isSignedIn: true,
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

/** Browsers that each have their token already, so that a race is the asking alone. */
export const browsersAt = ({ url }: Pick<TestHost, 'url'>, count: number): Promise<Browser[]> =>
  Promise.all(
    Array.from({ length: count }, async () => {
      const browser = new Browser(url)
      await browser.get('/api/auth/csrf')
      return browser
    }),
  )

/** One sign-in, in the hands of all of them. */
async function signInAll([first, ...others]: Browser[], email: string): Promise<void> {
  if (!first) return
  first.jar.clear()
  await first.post('/api/auth/login', { email, password: PASSWORD })
  for (const { jar } of others) for (const [name, value] of first.jar) jar.set(name, value)
}

/** One link, shown by all of them at once: what they heard, and what was written because of it. */
export async function raceFor(
  host: TestHost,
  { type, path, more, action, isSignedIn }: Race,
  browsers: Browser[],
) {
  const { db } = host.deps
  const { id: userId, email } = await aUser(host, { isEmailVerified: type !== 'verify_email' })
  const payload = { email: type === 'not_me' ? email : `new-${email}` }
  const link = await linkFor(host, { userId, type, payload })
  if (isSignedIn) await signInAll(browsers, email)
  const before = await db
    .selectFrom('auditEvents')
    .select('id')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst()
  const answers = await Promise.all(browsers.map((browser) => browser.post(path, { ...link, ...more })))
  const events = await db
    .selectFrom('auditEvents')
    .select('id')
    .where('action', '=', action)
    .where('id', '>', before?.id ?? '0')
    .execute()
  const letters = await db
    .selectFrom('emailOutbox')
    .select('letter')
    .where('toAddress', 'in', [email, `new-${email}`])
    .execute()
  return {
    let: answers.filter(({ status }) => status === 200).length,
    refused: [...new Set(answers.map(({ status }) => status))].filter((status) => status !== 200).sort(),
    events: events.length,
    letters: letters.map(({ letter }) => letter),
  }
}
