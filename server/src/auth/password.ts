import { randomBytes } from 'node:crypto'
import { hashPassword, isOfProfile, verifyPassword } from '@latchkey/db/password-hash'
import { hashSlotsOf } from '@latchkey/shared/hash-profiles'
import { AppError } from '../errors.ts'
import { coresOf, type PoolEnv } from '../thread-pool.ts'

/** Argon2id behind a bounded queue: work that nobody will wait for is refused before it starts. */
export type Passwords = {
  /** Throws BUSY while the queue is full: ask before any other work is done. */
  requireRoom(): void
  hash(password: string): Promise<string>
  /** Work that belongs to one verification, done while it holds its place among the hashes. */
  inSlot<T>(work: (verify: Verify) => Promise<T>): Promise<T>
  verify: Verify
  needsRehash(hash: string): boolean
}

/** Against nobody's hash the same work is done, and the answer is no. */
type Verify = (hash: string | null | undefined, password: string) => Promise<boolean>

/** Deep enough for a burst, short enough that the last in it is answered within a few seconds. */
const WAITING_MOST = 50

export async function openPasswords(env: PoolEnv): Promise<Passwords> {
  const profile = env.PASSWORD_PROFILE
  const queue = openQueue(hashSlotsOf(profile, coresOf(env)))
  const nobodys = await hashPassword(profile, randomBytes(24).toString('base64'))

  const verify: Verify = async (hash, password) => {
    const holds = await verifyPassword(hash ?? nobodys, password)
    return holds && hash != null
  }

  return {
    requireRoom: queue.requireRoom,
    hash: (password) => queue.run(() => hashPassword(profile, password)),
    inSlot: (work) => queue.run(() => work(verify)),
    verify: (hash, password) => queue.run(() => verify(hash, password)),
    needsRehash: (hash) => !isOfProfile(profile, hash),
  }
}

function openQueue(slots: number) {
  let running = 0
  const waiting: (() => void)[] = []

  function requireRoom(): void {
    if (running >= slots && waiting.length >= WAITING_MOST) throw new AppError('BUSY')
  }

  async function run<T>(work: () => Promise<T>): Promise<T> {
    requireRoom()
    if (running >= slots) await new Promise<void>((resolve) => waiting.push(resolve))
    else running += 1
    try {
      return await work()
    } finally {
      // A slot is handed on, not freed, so that nobody slips in between.
      const next = waiting.shift()
      if (next) next()
      else running -= 1
    }
  }

  return { requireRoom, run }
}
