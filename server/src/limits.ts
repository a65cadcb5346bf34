import type { Env } from '@latchkey/shared/env'

/** How many, on one page. What is counted is hashed first; where it is counted stands in `counting/`. */
const MINUTE = 60
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

export type Limit = { points: number; seconds: number }
export type CallLimit = Limit & { by: 'address' | 'user' | 'session' }

/** Wrong guesses. A right one costs nothing, however many come at once. */
const GUESS_LIMITS = {
  password: {
    byAddress: { points: 5, seconds: MINUTE },
    /** Whoever has not signed in to the account from there before: locked out together, for longer each time. */
    byStranger: { points: 5, seconds: DAY },
    /** A device that has: nobody else's guesses count here, so nobody can lock the owner out. */
    byDevice: { points: 10, seconds: 15 * MINUTE },
    lockSeconds: [5 * MINUTE, 10 * MINUTE, 20 * MINUTE, 40 * MINUTE, HOUR],
    /** Of those who were never in from there. A lock or a wait, each to the end of the day. */
    byDay: { points: 100, seconds: DAY },
    byDayUnattended: { points: 20, seconds: DAY },
    proof: { after: 3, afterWhenDegraded: 1, afterToday: { work: 5, person: 10 } },
  },
}
/** What somebody can show who looks like a robot, each harder for one than the one before. */
export const RUNGS = ['work', 'person'] as const
export type Rung = (typeof RUNGS)[number]
export const isRung = (value: string): value is Rung => RUNGS.some((rung) => rung === value)

export type GuessLimits = {
  byAddress: Limit
  byStranger: Limit
  byDevice: Limit
  lockSeconds: number[]
  /** By address and by account, of strangers. */
  byDay: Limit
  /** The same for addresses, while nobody can tell persons from robots and the lower rung has to do. */
  byDayUnattended: Limit
  /**
   * So many failures, and the next guess has to show that it is no robot's: of those that still count above, sooner
   * while a store is away, and of strangers in a day.
   */
  proof: { after: number; afterWhenDegraded: number; afterToday: Record<Rung, number> }
}
export type Guessed = keyof typeof GUESS_LIMITS

/** Calls, by the name of the procedure that they reach, whatever the path was. Only those that reach it count. */
const CALL_LIMITS: Record<string, CallLimit> = {
  /** Ten people, each of whom is asked for two proofs. */
  'auth.register': { by: 'address', points: 30, seconds: HOUR },
  'captcha.ask': { by: 'address', points: 60, seconds: MINUTE },
  'auth.verifyEmail': { by: 'address', points: 10, seconds: MINUTE },
  'auth.resetPassword': { by: 'address', points: 10, seconds: MINUTE },
  'auth.confirmChangeEmail': { by: 'address', points: 10, seconds: MINUTE },
  'auth.undoChangeEmail': { by: 'address', points: 10, seconds: MINUTE },
  'auth.notMe': { by: 'address', points: 10, seconds: MINUTE },
  'auth.stepUp': { by: 'user', points: 20, seconds: HOUR },
  'profile.update': { by: 'user', points: 60, seconds: HOUR },
  'auth.unlock': { by: 'address', points: 10, seconds: MINUTE },
  'auth.refresh': { by: 'session', points: 30, seconds: MINUTE },
  'auth.changePassword': { by: 'user', points: 20, seconds: HOUR },
}

/** Letters that somebody can ask for, of each kind: to one mailbox, from one address, and all of them together. */
const MAIL_LIMITS = {
  toEmail: { points: 3, seconds: HOUR },
  byAddress: { points: 10, seconds: HOUR },
  byAll: { points: 1000, seconds: HOUR },
}

/** So many registrations, and the next one has to show that it is no robot's: from one address, and from all of them. */
const BURSTS = {
  byAddress: { work: 3, person: 6, seconds: HOUR },
  byAll: { work: 50, person: 200, seconds: 10 * MINUTE },
}

/** Everything there is, in the memory of each process. */
const GENERAL_LIMITS = {
  address: { points: 3000, seconds: MINUTE },
  user: { points: 600, seconds: MINUTE },
}

/** Rows of the audit about refusals that are alike, from one address; `/metrics` counts the rest. */
const ROWS = { points: 5, seconds: MINUTE }

export type Limits = {
  guesses: Record<Guessed, GuessLimits>
  calls: Record<string, CallLimit>
  mail: typeof MAIL_LIMITS
  general: typeof GENERAL_LIMITS
  bursts: typeof BURSTS
  rows: Limit
}

const SHIPPED: Limits = {
  guesses: GUESS_LIMITS,
  calls: CALL_LIMITS,
  mail: MAIL_LIMITS,
  general: GENERAL_LIMITS,
  bursts: BURSTS,
  rows: ROWS,
}
/** Tests that are not about limits do in a second what people do in a day. */
const RAISED = 1000

type LimitsEnv = Pick<Env, 'RATE_LIMITS' | 'CAPTCHA' | 'TURNSTILE_SITE_KEY'>

export function limitsOf({ RATE_LIMITS, CAPTCHA, TURNSTILE_SITE_KEY }: LimitsEnv): Limits {
  const limits = RATE_LIMITS === 'shipped' ? SHIPPED : raised(SHIPPED)
  if (CAPTCHA === 'off') return without(RUNGS, limits)
  return TURNSTILE_SITE_KEY ? limits : without(['person'], limits)
}

const NEVER = Number.POSITIVE_INFINITY

/** A rung that is not there is never asked for. */
function without(rungs: readonly Rung[], { guesses, bursts, ...limits }: Limits): Limits {
  const never = Object.fromEntries(rungs.map((rung) => [rung, NEVER])) as Partial<Record<Rung, number>>
  const { proof, ...password } = guesses.password
  const recent = rungs.includes('work') && { after: NEVER, afterWhenDegraded: NEVER }
  return {
    ...limits,
    guesses: {
      password: {
        ...password,
        proof: { ...proof, ...recent, afterToday: { ...proof.afterToday, ...never } },
      },
    },
    bursts: { byAddress: { ...bursts.byAddress, ...never }, byAll: { ...bursts.byAll, ...never } },
  }
}

function raised<T>(limits: T): T {
  if (typeof limits !== 'object' || limits === null || Array.isArray(limits)) return limits
  return Object.fromEntries(
    Object.entries(limits).map(([key, value]) => [key, key === 'points' ? value * RAISED : raised(value)]),
  ) as T
}
