import { hash as argon2Hash, verify as argon2Verify } from '@node-rs/argon2'
import { HASH_PROFILES, type HashProfile } from '@latchkey/shared/hash-profiles'
import { normalisePassword } from '@latchkey/shared/password'

/** The library's own enum is ambient, which type stripping cannot follow. */
const ARGON2ID = 2

export function hashPassword(profile: HashProfile, password: string): Promise<string> {
  const { memoryKib, passes, lanes } = HASH_PROFILES[profile]
  const options = { algorithm: ARGON2ID, memoryCost: memoryKib, timeCost: passes, parallelism: lanes }
  return argon2Hash(normalisePassword(password), options)
}

export const verifyPassword = (hash: string, password: string): Promise<boolean> =>
  argon2Verify(hash, normalisePassword(password))

export function isOfProfile(profile: HashProfile, hash: string): boolean {
  const { memoryKib, passes, lanes } = HASH_PROFILES[profile]
  return hash.startsWith(`$argon2id$v=19$m=${memoryKib},t=${passes},p=${lanes}$`)
}
