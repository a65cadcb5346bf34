import { compiledOnce } from '@latchkey/db/compiled'
import type { Db } from '@latchkey/db/database'
import type { UserStatus } from '@latchkey/db/tables/users'
import { ME_COLUMNS, type MeRow, ROLES_COLUMN, toMe } from './me.ts'

export const selectPerson = (db: Db, userId: string) =>
  db
    .selectFrom('users')
    .leftJoin('profiles', 'profiles.userId', 'users.id')
    .select([...ME_COLUMNS, ROLES_COLUMN, 'users.status'])
    .where('users.id', '=', userId)

const findPerson = compiledOnce((db, { userId }: { userId: string }) => selectPerson(db, userId))

export async function requirePerson(db: Db, userId: string) {
  const row = await findPerson(db, { userId })
  if (!row) throw new Error(`there is no person ${userId}`)
  return toPerson(row)
}

/** What they may see of themselves, and what the policy asks about them. */
export function toPerson(row: MeRow & { status: UserStatus }) {
  const me = toMe(row)
  return { me, standing: { ...me, status: row.status } }
}
