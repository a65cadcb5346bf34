import type { Trx } from './database.ts'
import { now } from './sql.ts'

/**
 * What makes a token and what ends one take this first, so that neither misses the other: a successor that is not
 * committed yet is invisible to whoever ends its family.
 */
export const lockOwner = (trx: Trx, userId: string) =>
  trx.selectFrom('users').select('id').where('id', '=', userId).forUpdate().execute()

/** Says which families that ended: none where somebody else was quicker. */
export async function revokeFamilies(
  trx: Trx,
  { userId, only, except }: { userId: string; only?: string; except?: string },
): Promise<string[]> {
  await lockOwner(trx, userId)
  let revoke = trx
    .updateTable('sessions')
    .set({ revokedAt: now })
    .where('userId', '=', userId)
    .where('revokedAt', 'is', null)
  if (only) revoke = revoke.where('familyId', '=', only)
  if (except) revoke = revoke.where('familyId', '!=', except)
  const ended = await revoke.where('expiresAt', '>', now).returning('familyId').execute()
  return [...new Set(ended.map(({ familyId }) => familyId))]
}
