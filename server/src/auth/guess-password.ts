import type { Proof } from '../captcha/captcha.ts'
import { refuseUnproved } from '../captcha/prove.ts'
import type { Ctx } from '../context.ts'
import type { Grant } from '../counting/guesses.ts'
import { hashed } from '../counting/hashed.ts'
import { AppError } from '../errors.ts'
import { countedAddress } from '../http/client-address.ts'

export type PasswordGuess = {
  email: string
  hash: string | null | undefined
  password: string
  /** Whether this device has been let in to the account before. */
  isKnownDevice: unknown
  /** Whoever is signed in has shown already that they are somebody. */
  proof: Proof
}
export type Verdict = Right | Wrong
/** The point that it took is still to be given back, with `grant.right` or `rightFor`. */
type Right = { holds: true; why: 'right'; locked: false; grant: Grant }
type Wrong = { holds: false; why: 'wrong' | 'locked'; locked: boolean }

/**
 * Every way of asking "is this the password" goes through here, so that all of them share one budget. The point is
 * taken when it is the guess's turn among the hashes; a locked account gets a decoy's work and a decoy's answer.
 */
export async function guessPassword(
  ctx: Ctx,
  { email, hash, password, isKnownDevice, proof }: PasswordGuess,
): Promise<Verdict> {
  const guesser = {
    address: hashed(ctx.env, countedAddress(ctx.ip)),
    account: hashed(ctx.env, email),
    device: isKnownDevice ? ctx.device.hash?.toString('base64url') : undefined,
    isProved: proof === 'proved',
  }
  const { grant, holds } = await ctx.passwords.inTurn(async (verify) => {
    const grant = await ctx.guesses.begin('password', guesser)
    if (grant.refused === 'address')
      throw new AppError('RATE_LIMITED', { retryAfterSeconds: grant.retryAfterSeconds })
    if (grant.refused === 'unproved') return { grant, holds: false }
    return { grant, holds: await verify(grant.refused ? null : hash, password) }
  })
  if (grant.refused === 'unproved') return refuseUnproved(ctx, { act: 'login', proof, because: grant.by })
  if (grant.refused) return { holds: false, why: 'locked', ...(await grant.wrong()) }
  if (!holds) return { holds, why: 'wrong', ...(await grant.wrong()) }
  return { holds, why: 'right', locked: false, grant }
}
