import { DEMO_ACCOUNTS } from '@latchkey/shared/demo'
import { env } from './config/env.ts'
import { openDb } from './open.ts'
import { insertPerson } from './users.ts'

/** A small town for development. Who is there already is left as they are. */
if (env.ENV !== 'local' && env.ENV !== 'test') {
  process.stderr.write(`seed: demo accounts do not belong in ENV=${env.ENV}\n`)
  process.exit(1)
}

const db = openDb(env, { url: env.DATABASE_URL, as: 'migrate' })
try {
  for (const account of DEMO_ACCOUNTS)
    await db.transaction().execute((trx) =>
      insertPerson(trx, {
        email: account.email,
        displayName: account.displayName,
        passwordHash: account.passwordHash,
        isEmailVerified: true,
        roles: [account.role],
      }),
    )
} finally {
  await db.destroy()
}
