import { compiledOnce } from '@latchkey/db/compiled'
import type { Db, Trx } from '@latchkey/db/database'
import type { UserPatch, UserStatus } from '@latchkey/db/tables/users'
import { now } from '@latchkey/db/sql'
import { ME_COLUMNS, type MeRow, ROLES_COLUMN, toMe } from './me.ts'

export const selectPerson = (db: Db, userId: string) =>
  db
    .selectFrom('users')
    .leftJoin('profiles', 'profiles.userId', 'users.id')
    .select([...ME_COLUMNS, ROLES_COLUMN, 'users.status'])
    .where('users.id', '=', userId)

const findRow = compiledOnce((db, { userId }: { userId: string }) => selectPerson(db, userId))

export async function findPerson(db: Db, userId: string) {
  const row = await findRow(db, { userId })
  return row && toPerson(row)
}

export async function requirePerson(db: Db, userId: string) {
  const person = await findPerson(db, userId)
  if (!person) throw new Error(`there is no person ${userId}`)
  return person
}

/** What they may see of themselves, and what the policy asks about them. */
export function toPerson(row: MeRow & { status: UserStatus }) {
  const me = toMe(row)
  return { me, standing: { ...me, status: row.status } }
}

export const setUserFacts = (trx: Trx, userId: string, facts: Pick<UserPatch, 'displayName' | 'avatarUrl'>) =>
  trx
    .updateTable('users')
    .set({ ...facts, updatedAt: now })
    .where('id', '=', userId)
    .execute()

export const setProfile = (trx: Trx, userId: string, { bio }: { bio: string | null }) =>
  trx.updateTable('profiles').set({ bio, updatedAt: now }).where('userId', '=', userId).execute()

/** What became of the newest letter to an address that was sent or came back. */
export const findLastDelivery = (db: Db, { userId, email }: { userId: string; email: string }) =>
  db
    .selectFrom('emailOutbox')
    .select(['status', 'createdAt'])
    .where('userId', '=', userId)
    .where('toAddress', '=', email)
    .where('status', 'in', ['sent', 'bounced'])
    .orderBy('createdAt', 'desc')
    .limit(1)
    .executeTakeFirst()
