import { randomBytes, randomInt, randomUUID } from 'node:crypto'
import { compiledOnce, compiledWrite } from '@latchkey/db/compiled'
import type { Trx } from '@latchkey/db/database'
import { keyedHash, keyedHashes, pepperKeysOf } from '@latchkey/db/keyed-hash'
import { now, secondsFromNow } from '@latchkey/db/sql'
import type { TokenType } from '@latchkey/db/tables/one-time-tokens'
import type { LifetimeEnv } from '@latchkey/shared/lifetimes'
import { LIFETIME_SECONDS } from '@latchkey/shared/limits'
import type { Shown } from '@latchkey/shared/schemas/by-mail'
import type { Ctx } from '../context.ts'
import { AppError } from '../errors.ts'

/** What goes into the letter, and the id by which the letter knows whether it is still good for something. */
export type Minted = { id: string; token: string; code: string }

type TokenEnv = LifetimeEnv & Parameters<typeof pepperKeysOf>[0]
/** How long the link is good, and the code beside it where there is one. */
type Lifetime = { link: number; code?: number; outlivesNewer?: true }

const lifetimeOf = (env: LifetimeEnv, type: TokenType): Lifetime =>
  ({
    verify_email: { link: env.VERIFY_EMAIL_TTL_SECONDS, code: LIFETIME_SECONDS.oneTimeCode },
    reset_password: { link: env.RESET_PASSWORD_TTL_SECONDS, code: LIFETIME_SECONDS.oneTimeCode },
    change_email: { link: LIFETIME_SECONDS.changeEmailLink, code: LIFETIME_SECONDS.oneTimeCode },
    unlock_account: { link: LIFETIME_SECONDS.unlockLink },
    // Whoever took an account over must not end the owner's way back by asking for another one.
    undo_change_email: { link: LIFETIME_SECONDS.undoChangeEmailLink, outlivesNewer: true as const },
    not_me: { link: LIFETIME_SECONDS.notMeLink, outlivesNewer: true as const },
  })[type]

type Wanted = OfKind & { payload?: { email?: string } }

/**
 * A newer one kills the older ones of its kind. Of a person who is not there it makes none, with the same work and the
 * same statements.
 */
export async function mintToken(
  trx: Trx,
  env: TokenEnv,
  { userId, type, payload = {} }: Wanted,
): Promise<Minted> {
  const id = randomUUID()
  const token = randomBytes(32).toString('base64url')
  const code = randomCode()
  const keys = pepperKeysOf(env)
  const lifetime = lifetimeOf(env, type)
  if (!lifetime.outlivesNewer) await consumeTokens(trx, { userId, type })
  await insertToken(trx, {
    id,
    userId,
    type,
    tokenHash: keyedHash(keys, `${type}:${token}`),
    // Codes are short: bound to their owner, so that one code is never good for two people.
    codeHash: lifetime.code ? keyedHash(keys, `${type}:${userId}:${code}`) : null,
    codeSeconds: lifetime.code ?? null,
    seconds: lifetime.link,
    payload: JSON.stringify(payload),
  })
  return { id, token, code }
}

type OfKind = { userId: string; type: TokenType }

const consumeTokens = compiledWrite((db, { userId, type }: OfKind) =>
  db
    .updateTable('oneTimeTokens')
    .set({ consumedAt: now })
    .where('userId', '=', userId)
    .where('type', '=', type)
    .where('consumedAt', 'is', null),
)

type NewToken = OfKind & {
  id: string
  tokenHash: Buffer
  codeHash: Buffer | null
  codeSeconds: number | null
  seconds: number
  payload: string
}

const insertToken = compiledWrite((db, token: NewToken) =>
  db
    .insertInto('oneTimeTokens')
    .columns(['id', 'userId', 'type', 'tokenHash', 'codeHash', 'codeExpiresAt', 'expiresAt', 'payload'])
    .expression((eb) =>
      eb
        .selectFrom('users')
        .select((one) => [
          one.cast<string>(one.val(token.id), 'uuid').as('tokenId'),
          'users.id',
          one.val(token.type).as('type'),
          one.cast<Buffer>(one.val(token.tokenHash), 'bytea').as('tokenHash'),
          one.cast<Buffer | null>(one.val(token.codeHash), 'bytea').as('codeHash'),
          secondsFromNow(token.codeSeconds).as('codeExpiresAt'),
          secondsFromNow(token.seconds).as('expiresAt'),
          one.cast<string>(one.val(token.payload), 'jsonb').as('payload'),
        ])
        .where('users.id', '=', token.userId),
    ),
)

export type Found = { id: string; userId: string; payload: { email?: string } }

/** Whether what is shown would do. Nothing is spent; a code that is tried has one try less, right or wrong. */
export async function requireShown(
  ctx: Pick<Ctx, 'db' | 'env'>,
  { type, shown }: { type: TokenType; shown: Shown },
): Promise<Found> {
  const found = 'token' in shown ? await findByToken(ctx, type, shown.token) : await tryCode(ctx, type, shown)
  if (!found?.userId) throw new AppError('TOKEN_INVALID')
  return { ...found, userId: found.userId }
}

const findByToken = ({ db, env }: Pick<Ctx, 'db' | 'env'>, type: TokenType, token: string) =>
  db
    .selectFrom('oneTimeTokens')
    .select(['id', 'userId', 'payload'])
    .where('tokenHash', 'in', keyedHashes(pepperKeysOf(env), `${type}:${token}`))
    .where('type', '=', type)
    .where('consumedAt', 'is', null)
    .where('expiresAt', '>', now)
    .executeTakeFirst()

const CODE_TRIES = 5

/** Counted before it is looked at, and outside of any transaction: what is refused must stay counted. */
async function tryCode(
  { db, env }: Pick<Ctx, 'db' | 'env'>,
  type: TokenType,
  { email, code }: { email: string; code: string },
) {
  const tried = await countTry(db, { email, type, most: CODE_TRIES })
  if (!tried?.codeHash) return undefined
  const hashes = keyedHashes(pepperKeysOf(env), `${type}:${tried.userId}:${code}`)
  return hashes.some((hash) => tried.codeHash?.equals(hash)) ? tried : undefined
}

const countTry = compiledOnce((db, { email, type, most }: { email: string; type: TokenType; most: number }) =>
  db
    .updateTable('oneTimeTokens')
    .set((eb) => ({ codeTries: eb('codeTries', '+', 1) }))
    .where('userId', 'in', (eb) => eb.selectFrom('users').select('users.id').where('email', '=', email))
    .where('type', '=', type)
    .where('consumedAt', 'is', null)
    .where('codeExpiresAt', '>', now)
    .where('codeTries', '<', most)
    .returning(['id', 'userId', 'payload', 'codeHash']),
)

/** Good once: whoever marks the row is the one whose it was. In the transaction of what it is spent for. */
export async function spendToken(trx: Trx, id: string): Promise<void> {
  const spent = await trx
    .updateTable('oneTimeTokens')
    .set({ consumedAt: now })
    .where('id', '=', id)
    .where('consumedAt', 'is', null)
    .returning('id')
    .executeTakeFirst()
  if (!spent) throw new AppError('TOKEN_INVALID')
}

/** Read aloud and typed from paper: without 0, O, 1 and I. */
const CODE_LETTERS = '23456789ABCDEFGHJKLMNPQRSTUVWXYZ'
const CODE_LENGTH = 6

const randomCode = (): string =>
  Array.from({ length: CODE_LENGTH }, () => CODE_LETTERS[randomInt(CODE_LETTERS.length)]).join('')
