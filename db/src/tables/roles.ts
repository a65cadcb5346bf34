import type { Generated } from 'kysely'
import type { Role } from '@latchkey/shared/roles'

export interface RolesTable {
  name: Role
}

export interface UserRolesTable {
  userId: string
  role: Role
  grantedAt: Generated<Date>
}
