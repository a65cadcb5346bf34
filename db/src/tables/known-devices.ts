import type { Generated } from 'kysely'

export interface KnownDevicesTable {
  userId: string
  deviceHash: Buffer
  firstSeenAt: Generated<Date>
  lastSeenAt: Generated<Date>
}
