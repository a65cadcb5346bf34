import { hash } from 'node:crypto'
import type { Adapter, DatabaseSession, DatabaseUser } from 'lucia'
import type { Db } from '@latchkey/db/database'
import type { Me } from '@latchkey/shared/schemas/user'
import { toMe } from '../users/me.ts'
import { findSession, insertSession, type SessionFound } from './sessions.queries.ts'
import type { ClientSeen } from './sessions.ts'

/** What Lucia carries between this room's two files: `found` on the way out, `wanted` on the way in. */
export type SessionAttributes = {
  found?: Pick<SessionFound, 'sessionId' | 'secondsSinceSeen' | 'isNew' | 'isDead' | 'isSudo' | 'status'> & {
    client: ClientSeen
  }
  wanted?: { idleSeconds: number; absoluteSeconds: number; client: ClientSeen }
  familyId: string
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
    const row = await findSession(db, { tokenHash: hashOf(token) })
    return row ? [toSession(token, row), toUser(row)] : [null, null]
  },
  async setSession({ id, userId, attributes }) {
    const { familyId, wanted } = attributes
    if (!wanted) throw new Error('a session is made with a lifetime and a client')
    const { client, ...lifetime } = wanted
    await insertSession(db, { tokenHash: hashOf(id), userId, familyId, ...client, ...lifetime })
  },
  // What is over was not found, so Lucia has nothing to delete; sliding is `touchSession`, in the database's time.
  deleteSession: async () => {},
  updateSessionExpiration: async () => {},
  getUserSessions: () => Promise.reject(new Error('sessions are listed by family, not by Lucia')),
  deleteUserSessions: () => Promise.reject(new Error('sessions are ended by family, not by Lucia')),
  deleteExpiredSessions: () =>
    Promise.reject(new Error('expired rows are marked and swept, not deleted by Lucia')),
})

export const hashOf = (token: string): Buffer => hash('sha256', token, 'buffer')

const toSession = (token: string, row: SessionFound): DatabaseSession => ({
  id: token,
  userId: row.id,
  // Lucia compares with this process's clock, so the rest of the life is counted from that.
  expiresAt: new Date(Date.now() + row.secondsLeft * 1000),
  attributes: {
    familyId: row.familyId,
    found: {
      sessionId: row.sessionId,
      secondsSinceSeen: row.secondsSinceSeen,
      isNew: Boolean(row.isNew),
      // Only a plain answer is one.
      isDead: row.isDead !== false,
      isSudo: row.isSudo === true,
      status: row.status,
      client: { ip: row.ip, userAgent: row.userAgent },
    },
  },
})

function toUser(row: SessionFound): DatabaseUser {
  const { id, ...attributes } = toMe(row)
  return { id, attributes }
}
