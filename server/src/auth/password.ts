import { randomBytes } from 'node:crypto'
import { hashPassword, isOfProfile, verifyPassword } from '@latchkey/db/password-hash'
import { hashSlotsOf } from '@latchkey/shared/hash-profiles'
import { AppError } from '../errors.ts'
import { coresOf, type PoolEnv } from '../thread-pool.ts'
import { openQueue } from './queue.ts'

/** Argon2id behind a bounded queue: work that nobody will wait for is refused before it starts. */
export type Passwords = {
  /** Throws BUSY while the queue is full: ask before any other work is done. */
  requireRoom(): void
  hash(password: string): Promise<string>
  /** Work that belongs to one verification, begun when it is that one's turn and not before. */
  inTurn<T>(work: (verify: Verify) => Promise<T>): Promise<T>
  verify: Verify
  needsRehash(hash: string): boolean
}

/** Against nobody's hash the same work is done, and the answer is no. */
type Verify = (hash: string | null | undefined, password: string) => Promise<boolean>

/** Deep enough for a burst, short enough that the last in it is answered within a few seconds. */
const WAITING_MOST = 50

export async function openPasswords(env: PoolEnv): Promise<Passwords> {
  const profile = env.PASSWORD_PROFILE
  const slots = hashSlotsOf(profile, coresOf(env))
  const hashes = openQueue(slots)
  // One more than there are slots gets ready, so that no slot stands empty while somebody is asked whether they may.
  const turns = openQueue(slots + 1)
  const nobodys = await hashPassword(profile, randomBytes(24).toString('base64'))

  const verify: Verify = async (hash, password) => {
    const holds = await hashes.run(() => verifyPassword(hash ?? nobodys, password))
    return holds && hash != null
  }

  function requireRoom(): void {
    if (turns.length >= slots + WAITING_MOST) throw new AppError('BUSY')
  }

  async function inTurn<T>(work: () => Promise<T>): Promise<T> {
    requireRoom()
    return turns.run(work)
  }

  return {
    requireRoom,
    hash: (password) => inTurn(() => hashes.run(() => hashPassword(profile, password))),
    inTurn: (work) => inTurn(() => work(verify)),
    verify: (hash, password) => inTurn(() => verify(hash, password)),
    needsRehash: (hash) => !isOfProfile(profile, hash),
  }
}
