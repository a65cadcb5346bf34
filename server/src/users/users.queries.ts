import { compiledOnce } from '@latchkey/db/compiled'
import type { Db } from '@latchkey/db/database'
import { ME_COLUMNS, ROLES_COLUMN, toMe } from './me.ts'

const findPerson = compiledOnce((db, { userId }: { userId: string }) =>
  db
    .selectFrom('users')
    .leftJoin('profiles', 'profiles.userId', 'users.id')
    .select([...ME_COLUMNS, ROLES_COLUMN, 'users.status'])
    .where('users.id', '=', userId),
)

/** What they may see of themselves, and what the policy asks about them. */
export async function requirePerson(db: Db, userId: string) {
  const row = await findPerson(db, { userId })
  if (!row) throw new Error(`there is no person ${userId}`)
  const me = toMe(row)
  return { me, standing: { ...me, status: row.status } }
}
