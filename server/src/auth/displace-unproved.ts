import type { Trx } from '@latchkey/db/database'
import { deleteUnproved } from '@latchkey/db/users'

/**
 * An address is whoever's proves it, not whoever's was first: an account that stands on it unproved gives way. What the
 * audit keeps of that.
 */
export async function displaceUnproved(
  trx: Trx,
  email: string,
  { except = null }: { except?: string | null } = {},
): Promise<{ displaced?: string }> {
  const gone = await deleteUnproved(trx, { email, except })
  return gone ? { displaced: gone.id } : {}
}
