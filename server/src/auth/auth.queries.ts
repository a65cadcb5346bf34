import type { Db, Trx } from '@latchkey/db/database'
import { now, rolesOf } from '@latchkey/db/sql'

export const findCredentials = (db: Db, email: string) =>
  db
    .selectFrom('users')
    .select(['id', 'passwordHash', 'status', rolesOf('users.id').as('roles')])
    .where('email', '=', email)
    .executeTakeFirst()

export const findOwner = (db: Db, email: string) =>
  db.selectFrom('users').select(['id', 'displayName']).where('email', '=', email).executeTakeFirstOrThrow()

/** Says whether the account still is as it was when the password was judged: nobody has changed it since. */
export async function setLastLogin(
  trx: Trx,
  { userId, verified, rehashed }: { userId: string; verified: string; rehashed: string | undefined },
): Promise<boolean> {
  const { numUpdatedRows } = await trx
    .updateTable('users')
    .set({ lastLoginAt: now, updatedAt: now, ...(rehashed && { passwordHash: rehashed }) })
    .where('id', '=', userId)
    .where('passwordHash', '=', verified)
    .where('status', '=', 'active')
    .executeTakeFirstOrThrow()
  return numUpdatedRows > 0n
}

/** Says whether the password that was judged still was the one. */
export async function setPassword(
  trx: Trx,
  { userId, verified, passwordHash }: { userId: string; verified: string; passwordHash: string },
): Promise<boolean> {
  const { numUpdatedRows } = await trx
    .updateTable('users')
    .set({ passwordHash, updatedAt: now })
    .where('id', '=', userId)
    .where('passwordHash', '=', verified)
    .executeTakeFirstOrThrow()
  return numUpdatedRows > 0n
}

export const findKnownDevice = (db: Db, { email, deviceHash }: { email: string; deviceHash: Buffer }) =>
  db
    .selectFrom('knownDevices')
    .innerJoin('users', 'users.id', 'knownDevices.userId')
    .select('knownDevices.userId')
    .where('users.email', '=', email)
    .where('knownDevices.deviceHash', '=', deviceHash)
    .executeTakeFirst()

export const rememberDevice = (trx: Trx, device: { userId: string; deviceHash: Buffer }) =>
  trx
    .insertInto('knownDevices')
    .values(device)
    .onConflict((conflict) => conflict.columns(['userId', 'deviceHash']).doUpdateSet({ lastSeenAt: now }))
    .execute()

export async function requireEmail(db: Db, userId: string): Promise<string> {
  const { email } = await db
    .selectFrom('users')
    .select('email')
    .where('id', '=', userId)
    .executeTakeFirstOrThrow()
  return email
}
