import type { Db } from '@latchkey/db/database'
import type { Me } from '@latchkey/shared/schemas/user'
import { ME_COLUMNS, ROLES_COLUMN, toMe } from './me.ts'

export async function requireMe(db: Db, userId: string): Promise<Me> {
  const row = await db
    .selectFrom('users')
    .leftJoin('profiles', 'profiles.userId', 'users.id')
    .select([...ME_COLUMNS, ROLES_COLUMN])
    .where('users.id', '=', userId)
    .executeTakeFirstOrThrow()
  return toMe(row)
}
