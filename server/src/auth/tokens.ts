import { randomBytes, randomInt } from 'node:crypto'
import { compiledWrite } from '@latchkey/db/compiled'
import type { Trx } from '@latchkey/db/database'
import { keyedHash, keyedHashes, pepperKeysOf } from '@latchkey/db/keyed-hash'
import { now, secondsFromNow } from '@latchkey/db/sql'
import type { TokenType } from '@latchkey/db/tables/one-time-tokens'
import type { LifetimeEnv } from '@latchkey/shared/lifetimes'
import { LIFETIME_SECONDS } from '@latchkey/shared/limits'

/** What goes into the letter. The table holds peppered hashes only. */
export type Minted = { token: string; code: string }

type TokenEnv = LifetimeEnv & Parameters<typeof pepperKeysOf>[0]

const lifetimeOf = (env: LifetimeEnv, type: TokenType): { link: number; code?: number } =>
  ({
    verify_email: { link: env.VERIFY_EMAIL_TTL_SECONDS, code: LIFETIME_SECONDS.oneTimeCode },
    reset_password: { link: env.RESET_PASSWORD_TTL_SECONDS, code: LIFETIME_SECONDS.oneTimeCode },
    change_email: { link: LIFETIME_SECONDS.changeEmailLink, code: LIFETIME_SECONDS.oneTimeCode },
    unlock_account: { link: LIFETIME_SECONDS.unlockLink },
  })[type]

/** A newer one kills the older ones of its kind. */
export async function mintToken(
  trx: Trx,
  env: TokenEnv,
  { userId, type }: { userId: string; type: TokenType },
): Promise<Minted> {
  const token = randomBytes(32).toString('base64url')
  const code = randomCode()
  const keys = pepperKeysOf(env)
  const lifetime = lifetimeOf(env, type)
  await consumeTokens(trx, { userId, type })
  await insertToken(trx, {
    userId,
    type,
    tokenHash: keyedHash(keys, `${type}:${token}`),
    // Codes are short: bound to their owner, so that one code is never good for two people.
    codeHash: lifetime.code ? keyedHash(keys, `${type}:${userId}:${code}`) : null,
    codeSeconds: lifetime.code ?? null,
    seconds: lifetime.link,
  })
  return { token, code }
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
  tokenHash: Buffer
  codeHash: Buffer | null
  codeSeconds: number | null
  seconds: number
}

const insertToken = compiledWrite(
  (db, { userId, type, tokenHash, codeHash, codeSeconds, seconds }: NewToken) =>
    db.insertInto('oneTimeTokens').values({
      userId,
      type,
      tokenHash,
      codeHash,
      codeExpiresAt: secondsFromNow(codeSeconds),
      expiresAt: secondsFromNow(seconds),
    }),
)

/** Good once: whoever marks the row is the one whose it was. */
export const spendToken = (
  trx: Trx,
  env: TokenEnv,
  { token, type }: { token: string; type: TokenType },
): Promise<{ userId: string | null } | undefined> =>
  trx
    .updateTable('oneTimeTokens')
    .set({ consumedAt: now })
    .where('tokenHash', 'in', keyedHashes(pepperKeysOf(env), `${type}:${token}`))
    .where('type', '=', type)
    .where('consumedAt', 'is', null)
    .where('expiresAt', '>', now)
    .returning('userId')
    .executeTakeFirst()

/** Read aloud and typed from paper: without 0, O, 1 and I. */
const CODE_LETTERS = '23456789ABCDEFGHJKLMNPQRSTUVWXYZ'
const CODE_LENGTH = 6

const randomCode = (): string =>
  Array.from({ length: CODE_LENGTH }, () => CODE_LETTERS[randomInt(CODE_LETTERS.length)]).join('')
