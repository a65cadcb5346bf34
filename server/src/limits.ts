/** How many tries, on one page. Identifiers are hashed before they are counted. */
const MINUTE = 60
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

export type Limit = { points: number; seconds: number }

/** Wrong guesses. A right one costs nothing, however many come at once. */
export const GUESS_LIMITS = {
  password: {
    byAddress: { points: 5, seconds: MINUTE },
    /** Whoever has not signed in to the account from there before: locked out together, for longer each time. */
    byStranger: {
      points: 5,
      seconds: DAY,
      lockSeconds: [5 * MINUTE, 10 * MINUTE, 20 * MINUTE, 40 * MINUTE, HOUR],
    },
    /** A device that has: nobody else's guesses count here, so nobody can lock the owner out. */
    byDevice: { points: 10, seconds: 15 * MINUTE },
  },
} as const
export type Guessed = keyof typeof GUESS_LIMITS
