import type { Trx } from '@latchkey/db/database'
import { insertPerson } from '@latchkey/db/users'
import { displaceUnproved } from './displace-unproved.ts'

export type Anew = { id: string; metadata: { displaced?: string } }

/**
 * Another account with the same address: of the one that somebody else may have made nothing is left to come back to.
 * Nothing where the one that stands there does not give way.
 */
export async function beginAnew(
  trx: Trx,
  { email, passwordHash }: { email: string; passwordHash: string },
): Promise<Anew | undefined> {
  const metadata = await displaceUnproved(trx, email)
  const person = await insertPerson(trx, { email, displayName: null, passwordHash, isEmailVerified: true })
  return person && { ...person, metadata }
}
