import { randomBytes, randomUUID } from 'node:crypto'
import { Lucia, TimeSpan } from 'lucia'
import type { Db, Trx } from '@latchkey/db/database'
import { lockOwner } from '@latchkey/db/sessions'
import type { Env } from '@latchkey/shared/env'
import { type LifetimeEnv, lifetimesOf, type SessionLifetime } from '@latchkey/shared/lifetimes'
import { PRIVILEGED_ROLES, type Role } from '@latchkey/shared/roles'
import type { Me } from '@latchkey/shared/schemas/user'
import { AppError } from '../errors.ts'
import { type Entrant, hindranceOf } from './admit.ts'
import { isBound } from './binding.ts'
import { hashOf, luciaAdapter } from './lucia-adapter.ts'
import { evictOldest, insertSuccessor, markFirstUse, touchSession } from './sessions.queries.ts'

/** Lucia's room: nothing outside these two files knows of it. */
export type Auth = { user: Me; session: Session } | { user: null; session: null }
/** `isSudo`: whoever holds it has shown within minutes who they are. */
export type Session = { id: string; familyId: string; isSudo: boolean }
/** What the browser is given: the token is nowhere else, and the table holds only its hash. */
export type Issued = { token: string; familyId: string; maxAgeSeconds: number }
export type ClientSeen = { ip: string | null; userAgent: string | null }

/** A token that was ours once, shown where or when it should not be. */
export type Suspicion = {
  user: null
  session: null
  suspect: 'reused' | 'elsewhere'
  userId: string
  familyId: string
}

export type SessionEnv = Pick<Env, 'SESSION_BINDING' | 'REQUIRE_VERIFIED_EMAIL'>

export const NOBODY = { user: null, session: null } as const

/** A token that is not ours by its shape costs no query. */
const TOKEN = /^[A-Za-z0-9_-]{43}$/
/** How often "last seen" is written at most. */
const TOUCH_SECONDS = 60

export async function validateSession(
  db: Db,
  token: string | undefined,
  { env, client }: { env: SessionEnv; client: ClientSeen },
): Promise<Auth | Suspicion> {
  if (!token || !TOKEN.test(token)) return NOBODY
  const { session, user } = await luciaOn(db).validateSession(token)
  if (!session?.found) return NOBODY
  const { found, familyId } = session
  if (hindranceOf(env, { ...user, ...found })) return NOBODY
  const suspect = found.isDead
    ? 'reused'
    : isBound(env.SESSION_BINDING, found.client, client)
      ? undefined
      : 'elsewhere'
  if (suspect) return { ...NOBODY, suspect, userId: user.id, familyId }

  if (found.isNew) await markFirstUse(db, found.sessionId)
  if (found.secondsSinceSeen >= TOUCH_SECONDS) await touchSession(db, found.sessionId)
  return { user, session: { id: found.sessionId, familyId, isSudo: Boolean(found.isSudo) } }
}

/** A fresh sign-in: a new family with a new token, never an old one made more powerful. */
export async function createSession(
  trx: Trx,
  user: Entrant,
  { env, ip, userAgent }: ClientSeen & { env: LifetimeEnv },
): Promise<Issued> {
  const token = newToken()
  const wanted = { ...lifetimeOf(env, user.roles), client: { ip, userAgent } }
  const familyId = randomUUID()
  await luciaOn(trx).createSession(user.id, { familyId, wanted }, { sessionId: token })
  await evictOldest(trx, { userId: user.id })
  return { token, familyId, maxAgeSeconds: wanted.absoluteSeconds }
}

/** The same sign-in under a new token. One that was replaced already gets a sibling, and both live. */
export async function rotateSession(
  trx: Trx,
  { userId, session }: { userId: string; session: Pick<Session, 'id'> },
  client: ClientSeen,
): Promise<Issued> {
  const token = newToken()
  await lockOwner(trx, userId)
  const made = await insertSuccessor(trx, { sessionId: session.id, tokenHash: hashOf(token), client })
  if (!made) throw new AppError('UNAUTHENTICATED')
  return { token, familyId: made.familyId, maxAgeSeconds: Math.floor(made.secondsLeft) }
}

/** 256 bits of the operating system's. */
export const newToken = (): string => randomBytes(32).toString('base64url')

function lifetimeOf(env: LifetimeEnv, roles: readonly Role[]): SessionLifetime {
  const { session, privilegedSession } = lifetimesOf(env)
  return roles.some((role) => PRIVILEGED_ROLES.includes(role)) ? privilegedSession : session
}

const makeLucia = (db: Db) =>
  new Lucia(luciaAdapter(db), {
    // So short that Lucia never finds a session half over and lengthens it.
    sessionExpiresIn: new TimeSpan(1, 'ms'),
    getSessionAttributes: ({ found, familyId }) => ({ found, familyId }),
    getUserAttributes: (attributes) => attributes,
  })

const lucias = new WeakMap<Db, ReturnType<typeof makeLucia>>()
function luciaOn(db: Db): ReturnType<typeof makeLucia> {
  const lucia = lucias.get(db) ?? makeLucia(db)
  lucias.set(db, lucia)
  return lucia
}
