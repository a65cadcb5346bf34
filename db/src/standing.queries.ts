import type { Role } from '@latchkey/shared/roles'
import type { Trx } from './database.ts'
import { now } from './sql.ts'
import type { User, UserStatus } from './tables/users.ts'

export type Person = Pick<User, 'id' | 'email' | 'displayName' | 'isEmailVerified' | 'status'>

/**
 * The person, and with `admins` everybody who is one: two who each want to take one away must meet. Always in the
 * order of ids, so that they wait for each other and never both.
 */
export async function lockPerson(
  trx: Trx,
  { targetId, admins }: { targetId: string; admins: boolean },
): Promise<Person | undefined> {
  const everyAdmin = trx.selectFrom('userRoles').select('userId').where('role', '=', 'ADMIN')
  const locked = await trx
    .selectFrom('users')
    .select(['id', 'email', 'displayName', 'isEmailVerified', 'status'])
    .where((eb) => eb.or([eb('id', '=', targetId), ...(admins ? [eb('id', 'in', everyAdmin)] : [])]))
    .orderBy('id')
    .forUpdate()
    .execute()
  return locked.find(({ id }) => id === targetId)
}

/** Asked after the lock: what somebody else did meanwhile is seen now. */
export const findOtherAdmin = (trx: Trx, targetId: string) =>
  trx
    .selectFrom('userRoles')
    .innerJoin('users', 'users.id', 'userRoles.userId')
    .select('users.id')
    .where('role', '=', 'ADMIN')
    .where('users.status', '=', 'active')
    .where('users.id', '!=', targetId)
    .executeTakeFirst()

export const findRole = (trx: Trx, { userId, role }: { userId: string; role: Role }) =>
  trx
    .selectFrom('userRoles')
    .select('role')
    .where('userId', '=', userId)
    .where('role', '=', role)
    .executeTakeFirst()

export const setStatus = (trx: Trx, { userId, status }: { userId: string; status: UserStatus }) =>
  trx.updateTable('users').set({ status, updatedAt: now }).where('id', '=', userId).execute()

export const insertRole = (trx: Trx, held: { userId: string; role: Role }) =>
  trx.insertInto('userRoles').values(held).execute()

export const deleteRole = (trx: Trx, { userId, role }: { userId: string; role: Role }) =>
  trx.deleteFrom('userRoles').where('userId', '=', userId).where('role', '=', role).execute()
