import { compiledOnce, compiledWrite } from '@latchkey/db/compiled'
import type { Db, Trx } from '@latchkey/db/database'
import {
  asAddress,
  longAgo,
  now,
  secondsFromNow,
  secondsSince,
  secondsUntil,
  slidExpiry,
  sooner,
} from '@latchkey/db/sql'
import { LIFETIME_SECONDS } from '@latchkey/shared/limits'
import { AppError } from '../errors.ts'
import { ME_COLUMNS, ROLES_COLUMN } from '../users/me.ts'
import type { ClientSeen } from './sessions.ts'

/** How long a replaced token still answers once its successor was seen: requests under way, a second tab. */
const GRACE_SECONDS = 30

/** One statement for the whole of "who is this": the row, the person and their roles, judged by the database's clock. */
export const findSession = compiledOnce((db, { tokenHash }: { tokenHash: Buffer }) =>
  db
    .selectFrom('sessions')
    .innerJoin('users', 'users.id', 'sessions.userId')
    .leftJoin('profiles', 'profiles.userId', 'users.id')
    .select((eb) => [
      'sessions.id as sessionId',
      'sessions.familyId',
      'sessions.userAgent',
      'sessions.ip',
      'users.status',
      ...ME_COLUMNS,
      ROLES_COLUMN,
      secondsUntil('sessions.expiresAt').as('secondsLeft'),
      secondsSince('sessions.lastSeenAt').as('secondsSinceSeen'),
      eb.fn.coalesce(eb('sessions.sudoUntil', '>', now), eb.lit(false)).as('isSudo'),
      eb('sessions.firstUsedAt', 'is', null).as('isNew'),
      eb.fn.coalesce(eb('sessions.supersededAt', '<', longAgo(GRACE_SECONDS)), eb.lit(false)).as('isDead'),
    ])
    .where('sessions.tokenHash', '=', tokenHash)
    .where('sessions.revokedAt', 'is', null)
    .where('sessions.expiresAt', '>', now),
)

export type SessionFound = NonNullable<Awaited<ReturnType<typeof findSession>>>

type NewSession = ClientSeen & {
  tokenHash: Buffer
  userId: string
  familyId: string
  idleSeconds: number
  absoluteSeconds: number
}

/** The first token of a family. */
export const insertSession = compiledWrite((db, session: NewSession) =>
  db.insertInto('sessions').values({
    tokenHash: session.tokenHash,
    userId: session.userId,
    familyId: session.familyId,
    idleSeconds: session.idleSeconds,
    firstUsedAt: now,
    expiresAt: sooner(secondsFromNow(session.idleSeconds), secondsFromNow(session.absoluteSeconds)),
    absoluteExpiresAt: secondsFromNow(session.absoluteSeconds),
    // Whoever signs in has just shown who they are.
    sudoUntil: secondsFromNow(LIFETIME_SECONDS.sudo),
    userAgent: session.userAgent,
    ip: asAddress(session.ip),
  }),
)

/** Asked again inside a transaction by what took its time since the request came in. */
export async function requireLiveSession(trx: Trx, sessionId: string): Promise<void> {
  const live = await trx
    .selectFrom('sessions')
    .select('id')
    .where('id', '=', sessionId)
    .where('revokedAt', 'is', null)
    .where('expiresAt', '>', now)
    .executeTakeFirst()
  if (!live) throw new AppError('UNAUTHENTICATED')
}

/** All tokens of a family: two tabs of a browser may hold different ones. */
export const setSudo = compiledWrite((db, { familyId, seconds }: { familyId: string; seconds: number }) =>
  db
    .updateTable('sessions')
    .set({ sudoUntil: secondsFromNow(seconds) })
    .where('familyId', '=', familyId)
    .where('revokedAt', 'is', null),
)

/** The next token of a family: its user, its ends and its beginning stay, and the one before remembers it. */
export async function insertSuccessor(
  trx: Trx,
  { sessionId, tokenHash, client }: { sessionId: string; tokenHash: Buffer; client: ClientSeen },
): Promise<{ familyId: string; secondsLeft: number } | undefined> {
  const made = await trx
    .insertInto('sessions')
    .columns([
      'tokenHash',
      'parentId',
      'userId',
      'familyId',
      'idleSeconds',
      'createdAt',
      'expiresAt',
      'absoluteExpiresAt',
      'userAgent',
      'ip',
      'sudoUntil',
    ])
    .expression((eb) =>
      eb
        .selectFrom('sessions')
        .select((parent) => [
          parent.val(tokenHash).as('tokenHash'),
          'id',
          'userId',
          'familyId',
          'idleSeconds',
          'createdAt',
          slidExpiry.as('expiresAt'),
          'absoluteExpiresAt',
          parent.val(client.userAgent).as('userAgent'),
          asAddress(client.ip).as('ip'),
          'sudoUntil',
        ])
        .where('id', '=', sessionId)
        .where('revokedAt', 'is', null)
        .where('expiresAt', '>', now),
    )
    .returning(['id', 'familyId', secondsUntil('absoluteExpiresAt').as('secondsLeft')])
    .executeTakeFirst()
  if (!made) return undefined
  await trx
    .updateTable('sessions')
    .set({ replacedBySessionId: made.id })
    .where('id', '=', sessionId)
    .where('replacedBySessionId', 'is', null)
    .execute()
  return made
}

/** A successor shows itself for the first time: from now on the one before it is on its way out. */
export const markFirstUse = (db: Db, sessionId: string) =>
  db
    .with('used', (w) =>
      w
        .updateTable('sessions')
        .set({ firstUsedAt: now })
        .where('id', '=', sessionId)
        .where('firstUsedAt', 'is', null)
        .returning('parentId'),
    )
    .updateTable('sessions')
    .set({ supersededAt: now })
    .where('id', 'in', (eb) => eb.selectFrom('used').select('parentId'))
    .where('supersededAt', 'is', null)
    .execute()

export const touchSession = (db: Db, sessionId: string) =>
  db
    .updateTable('sessions')
    .set({ lastSeenAt: now, expiresAt: slidExpiry })
    .where('id', '=', sessionId)
    .where('revokedAt', 'is', null)
    .execute()

/** A family is seen by its token that was seen last. */
export const listFamilies = (db: Db, userId: string) =>
  db
    .selectFrom('sessions')
    .distinctOn('familyId')
    .select(['familyId', 'userAgent', 'ip', 'createdAt', 'lastSeenAt'])
    .where('userId', '=', userId)
    .where('revokedAt', 'is', null)
    .where('expiresAt', '>', now)
    .where((eb) => eb.or([eb('supersededAt', 'is', null), eb('supersededAt', '>=', longAgo(GRACE_SECONDS))]))
    .orderBy('familyId')
    .orderBy('lastSeenAt', 'desc')
    .execute()

export const findOwner = (db: Db, userId: string) =>
  db
    .selectFrom('users')
    .select(['email', 'displayName', 'isEmailVerified'])
    .where('id', '=', userId)
    .executeTakeFirstOrThrow()

/** How many sign-ins a person may have at once; past it the one that was seen longest ago goes. */
const FAMILIES_MOST = 20

/** The caller has the owner's row. */
export const evictOldest = compiledWrite((db, { userId }: { userId: string }) =>
  db
    .with('families', (w) =>
      w
        .selectFrom('sessions')
        .select((eb) => ['familyId', eb.fn.max('lastSeenAt').as('seenAt')])
        .where('userId', '=', userId)
        .where('revokedAt', 'is', null)
        .where('expiresAt', '>', now)
        .groupBy('familyId')
        .orderBy('seenAt', 'desc')
        .offset(FAMILIES_MOST),
    )
    .updateTable('sessions')
    .set({ revokedAt: now })
    .where('familyId', 'in', (eb) => eb.selectFrom('families').select('familyId'))
    .where('revokedAt', 'is', null),
)
