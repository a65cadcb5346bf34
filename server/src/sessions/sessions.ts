import { randomBytes } from 'node:crypto'
import { Lucia, TimeSpan } from 'lucia'
import type { Db, Trx } from '@latchkey/db/database'
import { LIFETIME_SECONDS } from '@latchkey/shared/limits'
import { PRIVILEGED_ROLES, type Role } from '@latchkey/shared/roles'
import type { Me } from '@latchkey/shared/schemas/user'
import { luciaAdapter, type SessionAttributes } from './lucia-adapter.ts'
import { revokeFamily, touchSession } from './sessions.queries.ts'

/** Lucia's room: nothing outside these two files knows of it. */
export type Auth = { user: Me; session: Session } | { user: null; session: null }
export type Session = { id: string; familyId: string }
/** What the browser is given: the token is nowhere else, and the table holds only its hash. */
export type Issued = { token: string; familyId: string; maxAgeSeconds: number }
export type ClientSeen = { ip: string | null; userAgent: string | null }

export const NOBODY: Auth = { user: null, session: null }

/** A token that is not ours by its shape costs no query. */
const TOKEN = /^[A-Za-z0-9_-]{43}$/
/** How often "last seen" is written at most. */
const TOUCH_SECONDS = 60

export async function validateSession(db: Db, token: string | undefined): Promise<Auth> {
  if (!token || !TOKEN.test(token)) return NOBODY
  const { session, user } = await luciaOn(db).validateSession(token)
  if (!session) return NOBODY
  if (session.secondsSinceSeen >= TOUCH_SECONDS) await touchSession(db, session.sessionId)
  return { user, session: { id: session.sessionId, familyId: session.familyId } }
}

/** A fresh sign-in: a new family with a new token, never an old one made more powerful. */
export async function createSession(
  trx: Trx,
  user: { id: string; roles: readonly Role[] },
  client: ClientSeen,
): Promise<Issued> {
  const token = randomBytes(32).toString('base64url')
  const lifetime = lifetimeOf(user.roles)
  const attributes: SessionAttributes = { sessionId: '', familyId: '', secondsSinceSeen: 0, lifetime, client }
  await luciaOn(trx).createSession(user.id, attributes, { sessionId: token })
  return { token, familyId: attributes.familyId, maxAgeSeconds: lifetime.absoluteSeconds }
}

export async function endSession(trx: Trx, session: Session): Promise<void> {
  await revokeFamily(trx, session.familyId)
}

function lifetimeOf(roles: readonly Role[]): SessionAttributes['lifetime'] {
  const privileged = roles.some((role) => PRIVILEGED_ROLES.includes(role))
  return privileged
    ? {
        idleSeconds: LIFETIME_SECONDS.privilegedSessionIdle,
        absoluteSeconds: LIFETIME_SECONDS.privilegedSessionAbsolute,
      }
    : { idleSeconds: LIFETIME_SECONDS.sessionIdle, absoluteSeconds: LIFETIME_SECONDS.sessionAbsolute }
}

const makeLucia = (db: Db) =>
  new Lucia(luciaAdapter(db), {
    // So short that Lucia never finds a session half over and lengthens it.
    sessionExpiresIn: new TimeSpan(1, 'ms'),
    getSessionAttributes: ({ sessionId, familyId, secondsSinceSeen }) => ({
      sessionId,
      familyId,
      secondsSinceSeen,
    }),
    getUserAttributes: (attributes) => attributes,
  })

const lucias = new WeakMap<Db, ReturnType<typeof makeLucia>>()
function luciaOn(db: Db): ReturnType<typeof makeLucia> {
  const lucia = lucias.get(db) ?? makeLucia(db)
  lucias.set(db, lucia)
  return lucia
}
