import type { Kysely, Transaction } from 'kysely'
import type { AuditEventsTable } from './tables/audit-events.ts'
import type { EmailOutboxTable } from './tables/email-outbox.ts'
import type { KnownDevicesTable } from './tables/known-devices.ts'
import type { OneTimeTokensTable } from './tables/one-time-tokens.ts'
import type { ProfilesTable } from './tables/profiles.ts'
import type { RateLimitsTable } from './tables/rate-limits.ts'
import type { RolesTable, UserRolesTable } from './tables/roles.ts'
import type { SessionsTable } from './tables/sessions.ts'
import type { UsersTable } from './tables/users.ts'

export interface Database {
  users: UsersTable
  profiles: ProfilesTable
  roles: RolesTable
  userRoles: UserRolesTable
  sessions: SessionsTable
  knownDevices: KnownDevicesTable
  rateLimits: RateLimitsTable
  oneTimeTokens: OneTimeTokensTable
  emailOutbox: EmailOutboxTable
  auditEvents: AuditEventsTable
}

export type Db = Kysely<Database>
/** A query that asks for this may only run inside an act's transaction. */
export type Trx = Transaction<Database>
