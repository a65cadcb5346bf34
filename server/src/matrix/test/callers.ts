import { type Role, ROLES } from '@latchkey/shared/roles'
import { aSignedInUser } from '../../test/actors.ts'
import { Browser } from '../../test/browser.ts'
import { age } from '../../test/clock.ts'
import type { TestHost } from '../../test/host.ts'

/** Everybody who may knock. Whose session is over holds its cookie still. */
export const CALLERS = ['anonymous', ...ROLES, 'suspended', 'ended', 'expired'] as const
export type CallerName = (typeof CALLERS)[number]
export type Caller = { id: string; email: string; browser: Browser }

export async function aCaller(host: TestHost, name: CallerName): Promise<Caller> {
  if (name === 'anonymous')
    return { id: crypto.randomUUID(), email: 'nobody@example.com', browser: new Browser(host.url) }
  const caller = await aSignedInUser(host, { roles: isRole(name) ? [name] : [] })
  await FATES[name]?.(host, caller)
  // The token of now: before the end it was bound to the session.
  await caller.browser.get('/api/auth/csrf')
  return caller
}

/** What they may be taken for; undefined is nobody. */
export const rolesOf = (name: CallerName): Role[] | undefined => (isRole(name) ? ['USER', name] : undefined)

const isRole = (name: CallerName): name is Role => (ROLES as readonly string[]).includes(name)

const EIGHT_DAYS = 8 * 86_400
const FATES: Partial<Record<CallerName, (host: TestHost, caller: Caller) => Promise<unknown>>> = {
  suspended: ({ deps }, { id }) =>
    deps.db.updateTable('users').set({ status: 'suspended' }).where('id', '=', id).execute(),
  ended: async (_host, { browser }) => {
    const token = browser.session ?? ''
    await browser.post('/api/auth/logout')
    browser.jar.set('latchkey_session', token)
  },
  expired: ({ deps }, { id }) => age(deps.db, id, EIGHT_DAYS),
}
