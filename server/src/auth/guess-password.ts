import type { Proof } from '../captcha/captcha.ts'
import { refuseUnproved } from '../captcha/prove.ts'
import type { Ctx } from '../context.ts'
import type { Grant, Guesser, Refused } from '../counting/guesses.ts'
import { hashed } from '../counting/hashed.ts'
import { AppError } from '../errors.ts'
import { countedAddress } from '../http/client-address.ts'
import { isRung } from '../limits.ts'

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
export async function guessPassword(ctx: Ctx, guess: PasswordGuess): Promise<Verdict> {
  const judged = await judgeOnce(ctx, guess, isRung(guess.proof) ? guess.proof : undefined)
  const { grant, holds } = (await isUnattended(ctx, guess, judged))
    ? await judgeOnce(ctx, guess, 'unattended')
    : judged
  if (grant.refused === 'unproved')
    return refuseUnproved(ctx, { act: 'login', proof: guess.proof, wanted: grant.wanted })
  if (grant.refused) return { holds: false, why: 'locked', ...(await grant.wrong()) }
  if (!holds) return { holds, why: 'wrong', ...(await grant.wrong()) }
  return { holds, why: 'right', locked: false, grant }
}

type Judged = { grant: Grant | Exclude<Refused, { refused: 'address' }>; holds: boolean }

function judgeOnce(
  ctx: Ctx,
  { email, hash, password, isKnownDevice }: PasswordGuess,
  proved: Guesser['proved'],
): Promise<Judged> {
  const guesser = {
    address: hashed(ctx.env, countedAddress(ctx.ip)),
    account: hashed(ctx.env, email),
    device: isKnownDevice ? ctx.device.hash?.toString('base64url') : undefined,
    proved,
  }
  return ctx.passwords.inTurn(async (verify) => {
    const grant = await ctx.guesses.begin('password', guesser)
    if (grant.refused === 'address')
      throw new AppError('RATE_LIMITED', { retryAfterSeconds: grant.retryAfterSeconds })
    if (grant.refused === 'unproved') return { grant, holds: false }
    return { grant, holds: await verify(grant.refused ? null : hash, password) }
  })
}

/** Nobody is kept from their account because others cannot be reached; a smaller budget stands in for them. */
async function isUnattended(ctx: Ctx, { proof }: PasswordGuess, { grant }: Judged): Promise<boolean> {
  const isShort = grant.refused === 'unproved' && grant.wanted.rung === 'person' && proof === 'work'
  return isShort && (await ctx.captcha.isPersonAway())
}
