import type { Generated } from 'kysely'

export interface KnownDevicesTable {
  userId: string
  deviceHash: Buffer
  /** The kind of browser and where it is, hashed: a new name for what looks the same is no news. */
  look: Buffer | null
  firstSeenAt: Generated<Date>
  lastSeenAt: Generated<Date>
}
