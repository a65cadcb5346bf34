import { randomUUID } from 'node:crypto'
import { DEMO_PASSWORD } from '@latchkey/shared/demo'
import type { Env } from '@latchkey/shared/env'
import { passwordProblem, validatePassword } from '@latchkey/shared/password'
import { isPlaceholder } from '@latchkey/shared/placeholder'
import { recordAudit } from './audit.ts'
import type { Db, Trx } from './database.ts'
import { openPasswordBook } from './password-book.ts'
import { hashPassword } from './password-hash.ts'
import { findIdOf, insertPerson } from './users.ts'

type FirstAdminEnv = Pick<
  Env,
  'ENV' | 'ADMIN_EMAIL' | 'ADMIN_PASSWORD' | 'PASSWORD_PROFILE' | 'COMMON_PASSWORDS_FILE'
>

/**
 * Whoever may migrate may make the first administrator, once: what the audit remembers is not done again, not even
 * when that account has another address by now. Answers what there is to say about it.
 */
export async function ensureFirstAdmin(env: FirstAdminEnv, db: Db): Promise<string | undefined> {
  const { ADMIN_EMAIL: email, ADMIN_PASSWORD: secret } = env
  if (!email || !secret) return undefined
  if (await wasMadeBefore(db)) return 'ADMIN_EMAIL: the first administrator was made before; nothing changed'
  if (await findIdOf(db, email)) return leftAlone(email)

  const password = secret.reveal()
  await requireGoodEnough(env, { email, password })
  const passwordHash = await hashPassword(env.PASSWORD_PROFILE, password)
  const made = await db.transaction().execute((trx) => insertFirstAdmin(trx, { email, passwordHash }))
  return made ? `ADMIN_EMAIL: ${email} is the first administrator` : leftAlone(email)
}

const wasMadeBefore = (db: Db) =>
  db.selectFrom('auditEvents').select('id').where('action', '=', 'admin.bootstrap').executeTakeFirst()

const leftAlone = (email: string): string =>
  `ADMIN_EMAIL: ${email} has an account already, which is left as it is (npm run person -- grant ${email} ADMIN)`

/** On a developer's own machine anything goes; anywhere else the rules that hold for everybody. */
async function requireGoodEnough(
  env: FirstAdminEnv,
  { email, password }: { email: string; password: string },
): Promise<void> {
  if (env.ENV === 'local' || env.ENV === 'test') return
  if (password === DEMO_PASSWORD || isPlaceholder(password))
    throw new Error('ADMIN_PASSWORD: everybody knows this one. Choose another.')
  const readPasswordBook = await openPasswordBook(env)
  const about = { email, displayName: null }
  const problem = passwordProblem(validatePassword(password, about, await readPasswordBook()))
  if (problem) throw new Error(`ADMIN_PASSWORD: ${problem}`)
}

async function insertFirstAdmin(
  trx: Trx,
  { email, passwordHash }: { email: string; passwordHash: string },
): Promise<boolean> {
  const person = { email, passwordHash, displayName: null, isEmailVerified: true }
  const made = await insertPerson(trx, { ...person, roles: ['ADMIN'] })
  if (!made) return false
  const origin = { ip: null, userAgent: null, requestId: `migrate-${randomUUID()}` }
  await recordAudit(trx, origin, { action: 'admin.bootstrap', actorId: null, targetId: made.id })
  return true
}
