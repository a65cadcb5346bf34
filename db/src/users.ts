import { randomUUID } from 'node:crypto'
import type { ExpressionBuilder } from 'kysely'
import type { Role } from '@latchkey/shared/roles'
import { SYNTHETIC_DOMAIN } from '@latchkey/shared/synthetic'
import { compiledWrite } from './compiled.ts'
import type { Database, Db, Trx } from './database.ts'
import { eachOf, turnOf } from './sql.ts'
import type { NewUser } from './tables/users.ts'

export type PersonToBe = Pick<NewUser, 'email' | 'passwordHash' | 'displayName' | 'registrationDevice'> & {
  isEmailVerified?: boolean
  roles?: readonly Role[]
}

/** The one way a user is born: with a profile and the role that everybody has. Undefined when the address is taken. */
export async function insertPerson(
  trx: Trx,
  { roles = [], ...person }: PersonToBe,
): Promise<{ id: string } | undefined> {
  const user = await trx
    .insertInto('users')
    .values(person)
    .onConflict((conflict) => conflict.column('email').doNothing())
    .returning('id')
    .executeTakeFirst()
  // Where the address is taken the same is asked for nobody: how often the database is asked must not tell.
  const userId = user?.id ?? randomUUID()
  await insertProfile(trx, { userId })
  await insertRoles(trx, { userId, roles: [...new Set<Role>(['USER', ...roles])] })
  return user
}

const insertProfile = compiledWrite((db, { userId }: { userId: string }) =>
  db
    .insertInto('profiles')
    .columns(['userId'])
    .expression(db.selectFrom('users').select('id as userId').where('id', '=', userId)),
)

const insertRoles = compiledWrite((db, { userId, roles }: { userId: string; roles: Role[] }) =>
  db
    .insertInto('userRoles')
    .columns(['userId', 'role'])
    .expression(
      db
        .selectFrom('users')
        .select(['id as userId', eachOf(roles).as('role')])
        .where('id', '=', userId),
    ),
)

/**
 * Whoever gives an address to somebody takes this first, before any row: who has it must not change meanwhile.
 */
export const lockAddress = (trx: Trx, email: string) =>
  trx.selectNoFrom(turnOf(`address ${email}`).as('turn')).execute()

/**
 * Ends an account whose address nobody has proved, with all that hangs on it: whoever made it may be anybody. Never one
 * that was suspended or given a role: those are an operator's business.
 */
export const deleteUnproved = (
  trx: Trx,
  { email, except }: { email: string; except: string | null },
): Promise<{ id: string } | undefined> =>
  trx
    .deleteFrom('users')
    .where('email', '=', email)
    .where('isEmailVerified', '=', false)
    .where('id', 'is distinct from', except)
    .where('status', '=', 'active')
    .where(hasNoRole)
    .returning('id')
    .executeTakeFirst()

/** But the one that everybody has. */
const hasNoRole = (eb: ExpressionBuilder<Database, 'users'>) =>
  eb.not(
    eb.exists(
      eb
        .selectFrom('userRoles')
        .select('role')
        .whereRef('userRoles.userId', '=', 'users.id')
        .where('role', '!=', 'USER'),
    ),
  )

/** Somebody whom a check of the live product made, with all that hangs on them. Nobody else, whoever asks. */
export async function deleteSynthetic(trx: Trx, userId: string): Promise<boolean> {
  const { numDeletedRows } = await trx
    .deleteFrom('users')
    .where('id', '=', userId)
    .where('email', 'like', `%@${SYNTHETIC_DOMAIN}`)
    .where(hasNoRole)
    .executeTakeFirstOrThrow()
  return numDeletedRows > 0n
}

export async function findIdOf(db: Db, email: string): Promise<string | undefined> {
  const found = await db.selectFrom('users').select('id').where('email', '=', email).executeTakeFirst()
  return found?.id
}
