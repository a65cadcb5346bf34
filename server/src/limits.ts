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
    proof: { after: 3, afterWhenDegraded: 1 },
  },
}
export type GuessLimits = {
  byAddress: Limit
  byStranger: Limit
  byDevice: Limit
  lockSeconds: number[]
  /** So many failures, and the next guess has to show that it is no robot's. Sooner while a store is away. */
  proof: { after: number; afterWhenDegraded: number }
}
export type Guessed = keyof typeof GUESS_LIMITS

/** Calls, by the name of the procedure that they reach, whatever the path was. Only those that reach it count. */
const CALL_LIMITS: Record<string, CallLimit> = {
  'auth.register': { by: 'address', points: 10, seconds: HOUR },
  'captcha.ask': { by: 'address', points: 60, seconds: MINUTE },
  'auth.unlock': { by: 'address', points: 10, seconds: MINUTE },
  'auth.refresh': { by: 'session', points: 30, seconds: MINUTE },
  'auth.changePassword': { by: 'user', points: 20, seconds: HOUR },
}

/** So many registrations, and the next one has to show that it is no robot's: from one address, and from all of them. */
const BURSTS = {
  byAddress: { after: 3, seconds: HOUR },
  byAll: { after: 50, seconds: 10 * MINUTE },
}

/** Everything there is, in the memory of each process. */
const GENERAL_LIMITS = {
  address: { points: 3000, seconds: MINUTE },
  user: { points: 600, seconds: MINUTE },
}

export type Limits = {
  guesses: Record<Guessed, GuessLimits>
  calls: Record<string, CallLimit>
  general: typeof GENERAL_LIMITS
  bursts: typeof BURSTS
}

const SHIPPED: Limits = {
  guesses: GUESS_LIMITS,
  calls: CALL_LIMITS,
  general: GENERAL_LIMITS,
  bursts: BURSTS,
}
/** Tests that are not about limits do in a second what people do in a day. */
const RAISED = 1000

export function limitsOf({ RATE_LIMITS, CAPTCHA }: Pick<Env, 'RATE_LIMITS' | 'CAPTCHA'>): Limits {
  const limits = RATE_LIMITS === 'shipped' ? SHIPPED : raised(SHIPPED)
  return CAPTCHA === 'ladder' ? limits : withoutCaptcha(limits)
}

const NEVER = Number.POSITIVE_INFINITY

function withoutCaptcha({ guesses, bursts, ...limits }: Limits): Limits {
  const proof = { after: NEVER, afterWhenDegraded: NEVER }
  return {
    ...limits,
    guesses: { password: { ...guesses.password, proof } },
    bursts: { byAddress: { ...bursts.byAddress, after: NEVER }, byAll: { ...bursts.byAll, after: NEVER } },
  }
}

function raised<T>(limits: T): T {
  if (typeof limits !== 'object' || limits === null || Array.isArray(limits)) return limits
  return Object.fromEntries(
    Object.entries(limits).map(([key, value]) => [key, key === 'points' ? value * RAISED : raised(value)]),
  ) as T
}
