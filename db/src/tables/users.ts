import type { Generated, Insertable, Selectable, Updateable } from 'kysely'

export type UserStatus = 'active' | 'suspended'

export interface UsersTable {
  id: Generated<string>
  email: string
  passwordHash: string | null
  displayName: string | null
  avatarUrl: string | null
  status: Generated<UserStatus>
  isEmailVerified: Generated<boolean>
  lastLoginAt: Date | null
  /** The browser that registered an address which nobody has proved yet. */
  registrationDevice: Buffer | null
  createdAt: Generated<Date>
  updatedAt: Generated<Date>
}
export type User = Selectable<UsersTable>
export type NewUser = Insertable<UsersTable>
export type UserPatch = Updateable<UsersTable>
