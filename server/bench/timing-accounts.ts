import { sql } from 'kysely'
import { openDb } from '@latchkey/db/open'
import { hashPassword } from '@latchkey/db/password-hash'
import { DEMO_PASSWORD } from '@latchkey/shared/demo'
import { env } from '../src/config/env.ts'
import { storesOf } from '../src/counting/counters.ts'
import { openGuesses } from '../src/counting/guesses.ts'
import { hashed } from '../src/counting/hashed.ts'
import { limitsOf } from '../src/limits.ts'

/**
 * The people whom `check:timing` asks about: `<nth>-<state>@example.com`, as many of each state as the argument says.
 * All have the same hash, and the locked ones were locked by the product's own count of guesses.
 */
const COUNT = Number(process.argv[2])
const STATES = ['wrong', 'suspended', 'locked', 'passwordless', 'taken', 'unproved']
const AT_ONCE = 8

const db = openDb(env, { url: env.DATABASE_URL, as: 'server' })
const hash = await hashPassword(env.PASSWORD_PROFILE, DEMO_PASSWORD)
for (const state of STATES)
  await sql`
    with made as (
      insert into users (email, display_name, is_email_verified, password_hash, status)
      select nth || '-' || ${state}::text || '@example.com', 'Tim', ${state}::text <> 'unproved',
        case when ${state} = 'passwordless' then null else ${hash} end,
        case when ${state} = 'suspended' then 'suspended' else 'active' end
      from generate_series(1, ${COUNT}::int) nth
      returning id
    ), profile as (insert into profiles (user_id) select id from made)
    insert into user_roles (user_id, role) select id, 'USER' from made`.execute(db)

const { password } = limitsOf(env).guesses
// Longer than the measurement takes.
const guesses = openGuesses(storesOf(db, undefined), {
  password: { ...password, lockSeconds: [password.byStranger.seconds] },
})
const waiting = Array.from({ length: COUNT }, (_, at) => `${at + 1}-locked@example.com`)
await Promise.all(Array.from({ length: AT_ONCE }, lockSome))
await db.destroy()

async function lockSome(): Promise<void> {
  for (let email = waiting.pop(); email; email = waiting.pop())
    for (let nth = 1; nth <= password.byStranger.points; nth += 1) {
      const grant = await guesses.begin('password', {
        address: `${email}-${nth}`,
        account: hashed(env, email),
        proved: undefined,
      })
      if (grant.refused) throw new Error(`${email} is ${grant.refused} already`)
      const { locked } = await grant.wrong()
      if (locked !== (nth === password.byStranger.points)) throw new Error(`${email} was locked too early`)
    }
}
