import type { Db, Trx } from '@latchkey/db/database'
import { now, rolesOf } from '@latchkey/db/sql'

/** What a way in needs to know of an account, and whether this device has been let in to it before. */
export const findCredentials = (
  db: Db,
  { email, deviceHash }: { email: string; deviceHash: Buffer | undefined },
) =>
  db
    .selectFrom('users')
    .leftJoin('knownDevices', (join) =>
      join
        .onRef('knownDevices.userId', '=', 'users.id')
        .on('knownDevices.deviceHash', '=', deviceHash ?? NO_DEVICE),
    )
    .select((eb) => [
      ...STANDING,
      ROLES,
      'users.passwordHash',
      eb('knownDevices.userId', 'is not', null).as('isKnownDevice'),
    ])
    .where('users.email', '=', email)
    .executeTakeFirst()

const STANDING = ['users.id', 'users.status', 'users.isEmailVerified'] as const
const ROLES = rolesOf('users.id').as('roles')
/** No hash is all zeros. */
const NO_DEVICE = Buffer.alloc(32)

export const findOwner = (db: Db, email: string) =>
  db.selectFrom('users').select(['id', 'displayName']).where('email', '=', email).executeTakeFirstOrThrow()

/** Nothing where somebody has changed the password since it was judged. */
export const setLastLogin = (
  trx: Trx,
  { userId, verified, rehashed }: { userId: string; verified: string; rehashed: string | undefined },
) =>
  trx
    .updateTable('users')
    .set({ lastLoginAt: now, updatedAt: now, ...(rehashed && { passwordHash: rehashed }) })
    .where('id', '=', userId)
    .where('passwordHash', '=', verified)
    .returning([...STANDING, ROLES])
    .executeTakeFirst()

/** Nothing where the password that was judged no longer was the one. */
export const setPassword = (
  trx: Trx,
  { userId, verified, passwordHash }: { userId: string; verified: string; passwordHash: string },
) =>
  trx
    .updateTable('users')
    .set({ passwordHash, updatedAt: now })
    .where('id', '=', userId)
    .where('passwordHash', '=', verified)
    .returning([...STANDING, ROLES])
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
