import type { Generated, Insertable, Selectable } from 'kysely'

export interface SessionsTable {
  id: Generated<string>
  tokenHash: Buffer
  userId: string
  familyId: Generated<string>
  /** The token that this one was made from; none for the first of its family. */
  parentId: string | null
  replacedBySessionId: string | null
  firstUsedAt: Date | null
  /** When a successor was first used: from then on this one answers for a moment longer, and never again. */
  supersededAt: Date | null
  idleSeconds: number
  createdAt: Generated<Date>
  lastSeenAt: Generated<Date>
  expiresAt: Date
  absoluteExpiresAt: Date
  revokedAt: Date | null
  /** Until when its owner counts as somebody who has just shown who they are. */
  sudoUntil: Date | null
  userAgent: string | null
  ip: string | null
}
export type SessionRow = Selectable<SessionsTable>
export type NewSession = Insertable<SessionsTable>
