import { rolesOf } from '@latchkey/db/sql'
import type { Me } from '@latchkey/shared/schemas/user'

/** What of a person they may see themselves, wherever it is read: `users` joined with `profiles`. */
export const ME_COLUMNS = [
  'users.id',
  'users.email',
  'users.isEmailVerified',
  'users.displayName',
  'users.avatarUrl',
  'users.createdAt',
  'users.lastLoginAt',
  'profiles.bio',
] as const
export const ROLES_COLUMN = rolesOf('users.id').as('roles')

export type MeRow = Omit<Me, 'createdAt' | 'lastLoginAt'> & { createdAt: Date; lastLoginAt: Date | null }

/** Field by field: a row that was read for more than this must not give the rest away. */
export const toMe = (row: MeRow): Me => ({
  id: row.id,
  email: row.email,
  isEmailVerified: row.isEmailVerified,
  displayName: row.displayName,
  avatarUrl: row.avatarUrl,
  bio: row.bio,
  roles: row.roles,
  createdAt: row.createdAt.toISOString(),
  lastLoginAt: row.lastLoginAt?.toISOString() ?? null,
})
