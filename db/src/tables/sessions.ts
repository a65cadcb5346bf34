import type { Generated, Insertable, Selectable } from 'kysely'

export interface SessionsTable {
  id: Generated<string>
  tokenHash: Buffer
  userId: string
  familyId: Generated<string>
  replacedBySessionId: string | null
  idleSeconds: number
  createdAt: Generated<Date>
  lastSeenAt: Generated<Date>
  expiresAt: Date
  absoluteExpiresAt: Date
  revokedAt: Date | null
  userAgent: string | null
  ip: string | null
}
export type SessionRow = Selectable<SessionsTable>
export type NewSession = Insertable<SessionsTable>
