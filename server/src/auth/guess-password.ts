import type { Proof } from '../captcha/captcha.ts'
import { noteRefused, noteUnattended, refuseUnproved } from '../captcha/prove.ts'
import type { Ctx } from '../context.ts'
import type { Grant, Guesser, Refused, RefusedAddress } from '../counting/guesses.ts'
import { hashed } from '../counting/hashed.ts'
import { AppError } from '../errors.ts'
import { countedAddress } from '../http/client-address.ts'
import { isRung } from '../limits.ts'
import { lookOf } from '../sessions/binding.ts'
import { findCredentials, NO_DEVICE } from './auth.queries.ts'

export type Credentials = Awaited<ReturnType<typeof findCredentials>>
export type PasswordGuess = {
  email: string
  password: string
  /** What the guess is compared with. Nothing where every guess is to be wrong. */
  hashOf: (found: NonNullable<Credentials>) => string | null
  /** Whoever is signed in has shown already that they are somebody. */
  proof: Proof
}
export type Verdict = Right | Wrong
/** The point that it took is still to be given back, with `grant.right` or `rightFor`. */
type Right = { found: NonNullable<Credentials>; right: string; locked: false; grant: Grant }
type Wrong = { found: Credentials; right?: undefined; why: 'wrong' | 'locked'; locked: boolean }

/**
 * Every way of asking "is this the password" goes through here, so that all of them share one budget. The point is
 * taken when it is the guess's turn among the hashes; a locked account gets a decoy's work and a decoy's answer.
 */
export async function guessPassword(ctx: Ctx, guess: PasswordGuess): Promise<Verdict> {
  const judged = await judgeOnce(ctx, guess, isRung(guess.proof) ? guess.proof : undefined)
  const { found, grant, right } = await orUnattended(ctx, guess, judged)
  if (grant.refused === 'address') return refuseAddress(ctx, guess, grant)
  if (grant.refused === 'unproved')
    return refuseUnproved(ctx, { act: 'login', proof: guess.proof, wanted: grant.wanted })
  if (grant.refused) return { found, why: 'locked', ...(await grant.wrong()) }
  if (!found || !right) return { found, why: 'wrong', ...(await grant.wrong()) }
  return { found, right, locked: false, grant }
}

type Judged = { found: Credentials; grant: Grant | Refused; right?: string | undefined }

function judgeOnce(ctx: Ctx, guess: PasswordGuess, proved: Guesser['proved']): Promise<Judged> {
  return ctx.passwords.inTurn(async (verify) => {
    const { found, grant } = await meet(ctx, guess.email, proved)
    if (grant.refused === 'address' || grant.refused === 'unproved') return { found, grant }
    const hash = (!grant.refused && found && guess.hashOf(found)) || undefined
    const holds = await verify(hash, guess.password)
    return { found, grant, right: isYes(holds) ? hash : undefined }
  })
}

/** What is neither a yes nor a no lets nobody in. */
const isYes = (said: unknown): boolean => said === true

/** Whom the guess is about, and whether it may be made. Neither waits for the other, unless a device is shown. */
async function meet(
  ctx: Ctx,
  email: string,
  proved: Guesser['proved'],
): Promise<{ found: Credentials; grant: Grant | Refused }> {
  const shown = ctx.device.hash
  const finding = findCredentials(ctx.db, { email, deviceHash: shown ?? NO_DEVICE, look: lookOf(ctx) })
  const device = shown && (await finding)?.isKnownDevice ? shown.toString('base64url') : undefined
  const address = hashed(ctx.env, countedAddress(ctx.ip))
  const guesser = { address, account: hashed(ctx.env, email), device, proved }
  const [found, grant] = await Promise.all([finding, ctx.guesses.begin('password', guesser)])
  return { found, grant }
}

/** Nobody is kept from their account because others cannot be reached; a smaller budget stands in for them. */
async function orUnattended(ctx: Ctx, guess: PasswordGuess, judged: Judged): Promise<Judged> {
  const { grant } = judged
  const isShort = grant.refused === 'unproved' && grant.wanted.rung === 'person' && guess.proof === 'work'
  if (!isShort || !(await ctx.captcha.isPersonAway())) return judged
  const again = await judgeOnce(ctx, guess, 'unattended')
  if (again.grant.refused !== 'address')
    await noteUnattended(ctx, { act: 'login', because: grant.wanted.because })
  return again
}

async function refuseAddress(ctx: Ctx, { proof }: PasswordGuess, grant: RefusedAddress): Promise<never> {
  if (grant.isForTheDay) await noteRefused(ctx, { act: 'login', proof, because: 'day' })
  throw new AppError('RATE_LIMITED', { retryAfterSeconds: grant.retryAfterSeconds })
}
