import { createHash } from 'node:crypto'
import type { Adapter, DatabaseSession, DatabaseUser } from 'lucia'
import type { Db } from '@latchkey/db/database'
import type { Me } from '@latchkey/shared/schemas/user'
import { findLiveSession, insertSession, type LiveSession, revokeFamily } from './sessions.queries.ts'
import type { ClientSeen } from './sessions.ts'

/** What Lucia carries between this room's two files. `familyId` and `sessionId` are dummies on the way in. */
export type SessionAttributes = {
  sessionId: string
  familyId: string
  secondsSinceSeen: number
  lifetime: { idleSeconds: number; absoluteSeconds: number }
  client: ClientSeen
}
type UserAttributes = Omit<Me, 'id'>

declare module 'lucia' {
  interface Register {
    Lucia: import('lucia').Lucia<SessionAttributes, UserAttributes>
    DatabaseSessionAttributes: SessionAttributes
    DatabaseUserAttributes: UserAttributes
  }
}

/**
 * Lucia slides, lengthens and deletes on its own terms; here the table decides (decision record 0003).
 * The cookie's token is the id that Lucia knows, and only its hash is stored.
 */
export const luciaAdapter = (db: Db): Adapter => ({
  async getSessionAndUser(token) {
    const row = await findLiveSession(db, hashOf(token))
    return row ? [toSession(token, row), toUser(row)] : [null, null]
  },
  async setSession({ id, userId, attributes }) {
    const { lifetime, client } = attributes
    const made = await insertSession(db, { tokenHash: hashOf(id), userId, ...lifetime, client })
    Object.assign(attributes, { sessionId: made.id, familyId: made.familyId })
  },
  async deleteSession(token) {
    const row = await findLiveSession(db, hashOf(token))
    if (row) await revokeFamily(db, row.familyId)
  },
  // Sliding is `touchSession`, in the database's time; the rest is asked for by nobody.
  updateSessionExpiration: async () => {},
  getUserSessions: () => Promise.reject(new Error('sessions are listed by family, not by Lucia')),
  deleteUserSessions: () => Promise.reject(new Error('sessions are ended by family, not by Lucia')),
  deleteExpiredSessions: () =>
    Promise.reject(new Error('expired rows are marked and swept, not deleted by Lucia')),
})

const hashOf = (token: string): Buffer => createHash('sha256').update(token).digest()

const toSession = (token: string, row: LiveSession): DatabaseSession => ({
  id: token,
  userId: row.id,
  // Lucia compares with this process's clock, so the rest of the life is counted from that.
  expiresAt: new Date(Date.now() + row.secondsLeft * 1000),
  attributes: {
    sessionId: row.sessionId,
    familyId: row.familyId,
    secondsSinceSeen: row.secondsSinceSeen,
    lifetime: { idleSeconds: 0, absoluteSeconds: 0 },
    client: { ip: null, userAgent: null },
  },
})

const toUser = (row: LiveSession): DatabaseUser => ({
  id: row.id,
  attributes: {
    email: row.email,
    isEmailVerified: row.isEmailVerified,
    displayName: row.displayName,
    avatarUrl: row.avatarUrl,
    bio: row.bio,
    roles: row.roles,
    createdAt: row.createdAt.toISOString(),
    lastLoginAt: row.lastLoginAt?.toISOString() ?? null,
  },
})
