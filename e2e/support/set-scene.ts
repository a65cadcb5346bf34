import { env } from '@latchkey/db/config/env'
import type { Trx } from '@latchkey/db/database'
import { openDb } from '@latchkey/db/open'
import { insertPerson } from '@latchkey/db/users'
import { DEMO_ACCOUNTS } from '@latchkey/shared/demo'

/** A program of its own: it runs with the settings of the product at test, which the tests themselves do not have. */
const SCENES: Record<string, (trx: Trx, email: string, more: string | undefined) => Promise<unknown>> = {
  settle: (trx, email, name) => insertPerson(trx, { ...person(email, name), isEmailVerified: true }),
  register: (trx, email, name) => insertPerson(trx, person(email, name)),
  age: (trx, email) =>
    sessionsOf(trx, email)
      .set({ sudoUntil: new Date(0) })
      .execute(),
  outlive: (trx, email) =>
    sessionsOf(trx, email)
      .set({ supersededAt: new Date(0) })
      .where('supersededAt', 'is not', null)
      .execute(),
  return: (trx, email) =>
    trx.updateTable('emailOutbox').set({ status: 'bounced' }).where('toAddress', '=', email).execute(),
}

const sessionsOf = (trx: Trx, email: string) =>
  trx
    .updateTable('sessions')
    .where('userId', '=', (eb) => eb.selectFrom('users').select('id').where('email', '=', email))

const person = (email: string, displayName = 'Ada Lovelace') => ({
  email,
  displayName,
  passwordHash: DEMO_ACCOUNTS[0].passwordHash,
})

const [verb = '', email = '', more] = process.argv.slice(2)
const scene = SCENES[verb]
if (!scene) throw new Error(`there is no scene called ${verb}`)
const db = openDb(env, { url: env.MIGRATION_DATABASE_URL, as: 'test' })
try {
  await db.transaction().execute((trx) => scene(trx, email, more))
} finally {
  await db.destroy()
}
