import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Env } from '@latchkey/shared/env'
import type { Secret } from '@latchkey/shared/secret'

/** The key that makes, and those that are recognised beside it while it is being changed. */
export type Keys = readonly [current: Secret, ...alsoRecognised: Secret[]]

export const signingKeysOf = ({
  SESSION_SECRET,
  SESSION_SECRET_PREVIOUS,
}: Pick<Env, 'SESSION_SECRET' | 'SESSION_SECRET_PREVIOUS'>): Keys =>
  keysOf(SESSION_SECRET, SESSION_SECRET_PREVIOUS)

export const pepperKeysOf = ({
  TOKEN_PEPPER,
  TOKEN_PEPPER_PREVIOUS,
}: Pick<Env, 'TOKEN_PEPPER' | 'TOKEN_PEPPER_PREVIOUS'>): Keys => keysOf(TOKEN_PEPPER, TOKEN_PEPPER_PREVIOUS)

const keysOf = (current: Secret, previous: Secret | undefined): Keys =>
  previous ? [current, previous] : [current]

/** What is stored or shown from now on. */
export const keyedHash = ([current]: Keys, value: string): Buffer => hmac(current, value)

/** Under which of these it may have been stored: ask the table for any of them. */
export const keyedHashes = (keys: Keys, value: string): Buffer[] => keys.map((key) => hmac(key, value))

export const signatureOf = (keys: Keys, value: string): string => keyedHash(keys, value).toString('base64url')

/** Compared as text: one signature has one spelling. */
export function isSignature(keys: Keys, value: string, shown: string): boolean {
  const given = Buffer.from(shown)
  return keyedHashes(keys, value)
    .map((hash) => Buffer.from(hash.toString('base64url')))
    .some((right) => right.length === given.length && timingSafeEqual(right, given))
}

const hmac = (key: Secret, value: string): Buffer => createHmac('sha256', key.reveal()).update(value).digest()
