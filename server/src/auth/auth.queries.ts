import type { Db, Trx } from '@latchkey/db/database'
import { now, rolesOf } from '@latchkey/db/sql'

export const findCredentials = (db: Db, email: string) =>
  db
    .selectFrom('users')
    .select(['id', 'passwordHash', 'status', rolesOf('users.id').as('roles')])
    .where('email', '=', email)
    .executeTakeFirst()

export const setPassword = (trx: Trx, userId: string, passwordHash: string) =>
  trx.updateTable('users').set({ passwordHash, updatedAt: now }).where('id', '=', userId).execute()

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

export const findOwner = (db: Db, email: string) =>
  db.selectFrom('users').select(['id', 'displayName']).where('email', '=', email).executeTakeFirstOrThrow()

export const setLastLogin = (trx: Trx, userId: string, passwordHash: string | undefined) =>
  trx
    .updateTable('users')
    .set({ lastLoginAt: now, updatedAt: now, ...(passwordHash && { passwordHash }) })
    .where('id', '=', userId)
    .execute()
