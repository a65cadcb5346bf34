import type { TokenType } from '@latchkey/db/tables/one-time-tokens'
import { aUser, PASSWORD } from './actors.ts'
import { Browser } from './browser.ts'
import type { TestHost } from './host.ts'
import { linkFor } from './letters.ts'

/** What a link of each kind is shown to, and what one success leaves behind: an effect, an event, and letters. */
type Race = {
  type: TokenType
  path: string
  more?: object
  action: string
  letters: string[]
  /** How it ends: whose address it is then, whether it is proved, which password opens it, and open ways to choose one. */
  effect: Effect
  /** Only by whoever asked for it. */
  isSignedIn?: true
}

type Effect = {
  address: 'own' | 'new'
  isEmailVerified: boolean
  password: 'first' | 'new' | 'none'
  resets: number
}

const NEW_PASSWORD = 'copper-meadow-violin-58'
const AS_BEFORE: Effect = { address: 'own', isEmailVerified: true, password: 'first', resets: 0 }
/** The owner is to choose a new password, by one link. */
const SECURED: Effect = { ...AS_BEFORE, password: 'none', resets: 1 }
export const RACES: Record<string, Race> = {
  'a confirmation': {
    type: 'verify_email',
    path: '/api/auth/verify-email',
    more: { password: PASSWORD },
    action: 'user.verify_email',
    letters: [],
    effect: AS_BEFORE,
  },
  'a new password': {
    type: 'reset_password',
    path: '/api/auth/reset-password',
    more: { password: NEW_PASSWORD },
    action: 'user.reset_password',
    letters: ['password-changed'],
    effect: { ...AS_BEFORE, password: 'new' },
  },
  'a new address': {
    type: 'change_email',
    path: '/api/auth/change-email/confirm',
    action: 'user.change_email',
    letters: [],
    effect: { ...AS_BEFORE, address: 'new' },
    isSignedIn: true,
  },
  'an undoing': {
    type: 'undo_change_email',
    path: '/api/auth/change-email/undo',
    action: 'user.undo_change_email',
    letters: [],
    // The address that the letter went to.
    effect: { ...SECURED, address: 'new' },
  },
  'a not-me': {
    type: 'not_me',
    path: '/api/auth/not-me',
    action: 'user.not_me',
    letters: [],
    effect: SECURED,
  },
  'an unlocking': {
    type: 'unlock_account',
    path: '/api/auth/unlock',
    action: 'user.unlock',
    letters: [],
    effect: AS_BEFORE,
  },
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
    effect: await effectOn(host, { userId, email }),
  }
}

/** How an account has come out of it. */
async function effectOn(
  { deps: { db, passwords } }: TestHost,
  { userId, email }: { userId: string; email: string },
): Promise<Effect> {
  const owner = await db
    .selectFrom('users')
    .select(['email', 'isEmailVerified', 'passwordHash'])
    .where('id', '=', userId)
    .executeTakeFirstOrThrow()
  const resets = await db
    .selectFrom('oneTimeTokens')
    .select('id')
    .where('userId', '=', userId)
    .where('type', '=', 'reset_password')
    .where('consumedAt', 'is', null)
    .execute()
  const opens = (password: string) => passwords.verify(owner.passwordHash, password)
  return {
    address: owner.email === email ? 'own' : 'new',
    isEmailVerified: owner.isEmailVerified,
    password: (await opens(PASSWORD)) ? 'first' : (await opens(NEW_PASSWORD)) ? 'new' : 'none',
    resets: resets.length,
  }
}
