import type { Generated } from 'kysely'

export interface ProfilesTable {
  userId: string
  bio: string | null
  createdAt: Generated<Date>
  updatedAt: Generated<Date>
}
