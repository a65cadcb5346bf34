import type { Role } from '@latchkey/shared/roles'
import type { Db, Trx } from './database.ts'
import type { NewUser } from './tables/users.ts'

export type PersonToBe = Pick<NewUser, 'email' | 'passwordHash' | 'displayName'> & {
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
  if (!user) return undefined
  await trx.insertInto('profiles').values({ userId: user.id }).execute()
  await trx
    .insertInto('userRoles')
    .values([...new Set<Role>(['USER', ...roles])].map((role) => ({ userId: user.id, role })))
    .execute()
  return user
}

export async function findIdOf(db: Db, email: string): Promise<string | undefined> {
  const found = await db.selectFrom('users').select('id').where('email', '=', email).executeTakeFirst()
  return found?.id
}
