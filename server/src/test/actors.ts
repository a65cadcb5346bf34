import { insertPerson } from '@latchkey/db/users'
import type { Role } from '@latchkey/shared/roles'
import { Browser } from './browser.ts'
import type { TestHost } from './host.ts'

export const PASSWORD = 'velvet-harbour-mango-42'
let born = 0

type Host = Pick<TestHost, 'deps' | 'url'>
type Wanted = {
  email?: string
  roles?: readonly Role[]
  displayName?: string | null
  isEmailVerified?: boolean
}

/** Somebody who has registered already, and proved their address. */
export async function aUser({ deps }: Host, wanted: Wanted = {}): Promise<{ id: string; email: string }> {
  const email = wanted.email ?? `person-${(born += 1)}@example.com`
  const passwordHash = await deps.passwords.hash(PASSWORD)
  const made = await deps.db.transaction().execute((trx) =>
    insertPerson(trx, {
      email,
      passwordHash,
      displayName: wanted.displayName ?? null,
      roles: wanted.roles ?? [],
      isEmailVerified: wanted.isEmailVerified ?? true,
    }),
  )
  if (!made) throw new Error(`${email} exists already`)
  return { id: made.id, email }
}

/** Somebody who has signed in, with the browser they did it in. */
export async function aSignedInUser(
  host: Host,
  wanted: Wanted = {},
): Promise<{ id: string; email: string; browser: Browser }> {
  const user = await aUser(host, wanted)
  const browser = new Browser(host.url)
  const answer = await browser.post('/api/auth/login', { email: user.email, password: PASSWORD })
  if (answer.status !== 200) throw new Error(`could not sign in: ${answer.text}`)
  return { ...user, browser }
}
