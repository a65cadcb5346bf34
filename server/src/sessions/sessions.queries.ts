import { compiledOnce } from '@latchkey/db/compiled'
import type { Db } from '@latchkey/db/database'
import { now, rolesOf, secondsFromNow, secondsSince, secondsUntil, slidExpiry } from '@latchkey/db/sql'
import type { ClientSeen } from './sessions.ts'

/** One statement for the whole of "who is this": the row, the person and their roles, judged by the database's clock. */
export const findLiveSession = compiledOnce((db, tokenHash: Buffer) =>
  db
    .selectFrom('sessions')
    .innerJoin('users', 'users.id', 'sessions.userId')
    .leftJoin('profiles', 'profiles.userId', 'users.id')
    .select([
      'sessions.id as sessionId',
      'sessions.familyId',
      'users.id',
      'users.email',
      'users.isEmailVerified',
      'users.displayName',
      'users.avatarUrl',
      'users.createdAt',
      'users.lastLoginAt',
      'profiles.bio',
      rolesOf('users.id').as('roles'),
      secondsUntil('sessions.expiresAt').as('secondsLeft'),
      secondsSince('sessions.lastSeenAt').as('secondsSinceSeen'),
    ])
    .where('sessions.tokenHash', '=', tokenHash)
    .where('sessions.revokedAt', 'is', null)
    .where('sessions.expiresAt', '>', now)
    .where('users.status', '=', 'active'),
)

export type LiveSession = NonNullable<Awaited<ReturnType<typeof findLiveSession>>>

export const insertSession = (
  db: Db,
  session: {
    tokenHash: Buffer
    userId: string
    idleSeconds: number
    absoluteSeconds: number
    client: ClientSeen
  },
) =>
  db
    .insertInto('sessions')
    .values({
      tokenHash: session.tokenHash,
      userId: session.userId,
      idleSeconds: session.idleSeconds,
      expiresAt: secondsFromNow(Math.min(session.idleSeconds, session.absoluteSeconds)),
      absoluteExpiresAt: secondsFromNow(session.absoluteSeconds),
      userAgent: session.client.userAgent,
      ip: session.client.ip,
    })
    .returning(['id', 'familyId'])
    .executeTakeFirstOrThrow()

export const touchSession = (db: Db, sessionId: string) =>
  db
    .updateTable('sessions')
    .set({ lastSeenAt: now, expiresAt: slidExpiry })
    .where('id', '=', sessionId)
    .where('revokedAt', 'is', null)
    .execute()

export const revokeFamily = (db: Db, familyId: string) =>
  db
    .updateTable('sessions')
    .set({ revokedAt: now })
    .where('familyId', '=', familyId)
    .where('revokedAt', 'is', null)
    .execute()
