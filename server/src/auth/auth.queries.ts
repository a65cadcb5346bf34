import { compiledOnce, compiledWrite } from '@latchkey/db/compiled'
import type { Db, Trx } from '@latchkey/db/database'
import { now } from '@latchkey/db/sql'
import { selectPerson } from '../users/users.queries.ts'

/** What a way in needs to know of an account, and whether this device has been let in to it before. */
export const findCredentials = compiledOnce(
  (db, { email, deviceHash }: { email: string; deviceHash: Buffer }) =>
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
      ])
      .where('users.email', '=', email),
)

export const findOwner = (db: Db, email: string) =>
  db
    .selectFrom('users')
    .select(['id', 'email', 'displayName'])
    .where('email', '=', email)
    .executeTakeFirstOrThrow()

/** No device's hash is all zeros. */
export const NO_DEVICE = Buffer.alloc(32)

type Entering = { userId: string; verified: string; passwordHash: string; deviceHash: Buffer }

/** Takes the account's row, unless somebody has changed the password since it was judged. */
export const setLastLogin = compiledWrite((db, { userId, verified, passwordHash, deviceHash }: Entering) =>
  db
    .with('known', (w) =>
      w
        .insertInto('knownDevices')
        .values({ userId, deviceHash })
        .onConflict((conflict) =>
          conflict.columns(['userId', 'deviceHash']).doUpdateSet({ lastSeenAt: now }),
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
