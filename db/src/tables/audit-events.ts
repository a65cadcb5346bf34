import type { ColumnType, Generated, GeneratedAlways } from 'kysely'

export interface AuditEventsTable {
  id: GeneratedAlways<string>
  action: string
  actorId: string | null
  targetId: string | null
  ip: string | null
  userAgent: string | null
  requestId: string
  metadata: ColumnType<Record<string, unknown>, string>
  createdAt: Generated<Date>
}
