import type { Db } from '@latchkey/db/database'
import { rolesOf } from '@latchkey/db/sql'
import type { Me } from '@latchkey/shared/schemas/user'

export async function requireMe(db: Db, userId: string): Promise<Me> {
  const row = await db
    .selectFrom('users')
    .leftJoin('profiles', 'profiles.userId', 'users.id')
    .select([
      'users.id',
      'users.email',
      'users.isEmailVerified',
      'users.displayName',
      'users.avatarUrl',
      'users.createdAt',
      'users.lastLoginAt',
      'profiles.bio',
      rolesOf('users.id').as('roles'),
    ])
    .where('users.id', '=', userId)
    .executeTakeFirstOrThrow()
  return {
    ...row,
    createdAt: row.createdAt.toISOString(),
    lastLoginAt: row.lastLoginAt?.toISOString() ?? null,
  }
}
