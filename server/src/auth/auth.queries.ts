import { compiledOnce, compiledWrite } from '@latchkey/db/compiled'
import type { Database, Db, Trx } from '@latchkey/db/database'
import { now } from '@latchkey/db/sql'
import type { ExpressionBuilder } from 'kysely'
import { selectPerson } from '../users/users.queries.ts'

/** What a way in needs to know of an account, and whether this device has been let in to it before. */
export const findCredentials = compiledOnce(
  (db, { email, deviceHash, look }: { email: string; deviceHash: Buffer; look: Buffer }) =>
    db
      .selectFrom('users')
      .leftJoin('knownDevices', (join) =>
        join.onRef('knownDevices.userId', '=', 'users.id').on('knownDevices.deviceHash', '=', deviceHash),
      )
      .select((eb) => [
        'users.id',
        'users.displayName',
        'users.status',
        'users.isEmailVerified',
        'users.passwordHash',
        eb('knownDevices.userId', 'is not', null).as('isKnownDevice'),
        eb.exists(devicesOf(eb)).as('hasDevices'),
        eb.exists(devicesOf(eb).where('theirs.look', '=', look)).as('hasSuchDevice'),
      ])
      .where('users.email', '=', email),
)

/** What decides whether an address is owed a letter. Takes the account's row: it must not get another address meanwhile. */
export const findAccount = compiledOnce((db, { email }: { email: string }) =>
  db
    .selectFrom('users')
    .select(['id', 'displayName', 'status', 'isEmailVerified'])
    .where('email', '=', email)
    .forUpdate(),
)

/** An account whose address is still to be proved. */
export const findRegistration = (db: Db, userId: string) =>
  db
    .selectFrom('users')
    .select(['id', 'email', 'registrationDevice'])
    .where('id', '=', userId)
    .where('isEmailVerified', '=', false)
    .executeTakeFirst()

/** Proved by whoever read the mail; what only the proof needed is forgotten. */
export const setVerified = compiledWrite((db, { userId }: { userId: string }) =>
  db
    .updateTable('users')
    .set({ isEmailVerified: true, registrationDevice: null, updatedAt: now })
    .where('id', '=', userId),
)

const devicesOf = (eb: ExpressionBuilder<Database, 'users'>) =>
  eb.selectFrom('knownDevices as theirs').select('theirs.userId').whereRef('theirs.userId', '=', 'users.id')

export const findOwner = (db: Db, email: string) =>
  db
    .selectFrom('users')
    .select(['id', 'email', 'displayName', 'isEmailVerified'])
    .where('email', '=', email)
    .executeTakeFirstOrThrow()

/** No device's hash is all zeros. */
export const NO_DEVICE = Buffer.alloc(32)

type Entering = { userId: string; verified: string; passwordHash: string; deviceHash: Buffer; look: Buffer }

/** Takes the account's row, unless somebody has changed the password since it was judged. */
export const setLastLogin = compiledWrite(
  (db, { userId, verified, passwordHash, deviceHash, look }: Entering) =>
    db
      .with('known', (w) =>
        w
          .insertInto('knownDevices')
          .values({ userId, deviceHash, look })
          .onConflict((conflict) =>
            conflict.columns(['userId', 'deviceHash']).doUpdateSet({ lastSeenAt: now, look }),
          ),
      )
      .updateTable('users')
      .set({ lastLoginAt: now, updatedAt: now, passwordHash })
      .where('id', '=', userId)
      .where('passwordHash', '=', verified),
)

/** Who has this password by now. */
export const findEntering = compiledOnce(
  (db, { userId, passwordHash }: Pick<Entering, 'userId' | 'passwordHash'>) =>
    selectPerson(db, userId).where('users.passwordHash', '=', passwordHash),
)

/** Takes the account's row. Nothing where the password that was judged no longer was the one. */
export const setPassword = (
  trx: Trx,
  { userId, verified, passwordHash }: { userId: string; verified: string; passwordHash: string },
) =>
  trx
    .updateTable('users')
    .set({ passwordHash, updatedAt: now })
    .where('id', '=', userId)
    .where('passwordHash', '=', verified)
    .returning('id')
    .executeTakeFirst()

/** By whoever reads the mail, which proves the address. */
export const setPasswordByMail = compiledWrite(
  (db, { userId, passwordHash }: { userId: string; passwordHash: string }) =>
    db
      .updateTable('users')
      .set({ passwordHash, isEmailVerified: true, registrationDevice: null, updatedAt: now })
      .where('id', '=', userId),
)

export const forgetPassword = compiledWrite((db, { userId }: { userId: string }) =>
  db.updateTable('users').set({ passwordHash: null, updatedAt: now }).where('id', '=', userId),
)

export const deleteDevices = compiledWrite((db, { userId }: { userId: string }) =>
  db.deleteFrom('knownDevices').where('userId', '=', userId),
)

/** Whoever has an address for certain. */
export const findProved = (db: Db, email: string) =>
  db
    .selectFrom('users')
    .select(['id', 'displayName'])
    .where('email', '=', email)
    .where('isEmailVerified', '=', true)
    .executeTakeFirst()

/** Proved by whoever reads its mail. Says no where somebody else has it. */
export async function setEmail(
  trx: Trx,
  { userId, email }: { userId: string; email: string },
): Promise<boolean> {
  const changed = await trx
    .updateTable('users')
    .set({ email, isEmailVerified: true, registrationDevice: null, updatedAt: now })
    .where('id', '=', userId)
    .where((eb) =>
      eb.not(
        eb.exists(
          eb
            .selectFrom('users as others')
            .select('id')
            .where('others.email', '=', email)
            .where('others.id', '!=', userId),
        ),
      ),
    )
    .returning('id')
    .executeTakeFirst()
  return changed !== undefined
}

/** Every open link that was made after this one. */
export const consumeNewerTokens = (trx: Trx, { userId, id }: { userId: string; id: string }) =>
  trx
    .updateTable('oneTimeTokens')
    .set({ consumedAt: now })
    .where('userId', '=', userId)
    .where('consumedAt', 'is', null)
    .where('createdAt', '>', (eb) =>
      eb.selectFrom('oneTimeTokens as this').select('this.createdAt').where('this.id', '=', id),
    )
    .execute()

/** The newest letter to an address that this browser asked for. */
export const findAskedLetter = compiledOnce((db, { askedBy, email }: { askedBy: Buffer; email: string }) =>
  db
    .selectFrom('emailOutbox')
    .select('status')
    .where('askedBy', '=', askedBy)
    .where('toAddress', '=', email)
    .orderBy('createdAt', 'desc')
    .limit(1),
)
