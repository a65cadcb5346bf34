/** Lengths and lifetimes that people can see. How many tries is the server's page, not this one. */
export const MINUTE = 60
const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR

export const LENGTHS = {
  email: 254,
  password: { min: 12, max: 256 },
  /** The estimate costs more than linear time: so much of a password is looked at, in pieces of that size. */
  passwordEstimated: { most: 64, atOnce: 24 },
  displayName: 80,
  avatarUrl: 500,
  bio: 500,
  captchaToken: 2048,
} as const

export const LIFETIME_SECONDS = {
  sessionIdle: 7 * DAY,
  sessionAbsolute: 30 * DAY,
  privilegedSessionIdle: 12 * HOUR,
  privilegedSessionAbsolute: DAY,
  verifyEmailLink: DAY,
  resetPasswordLink: 30 * MINUTE,
  changeEmailLink: HOUR,
  /** Long enough for somebody who was away: whoever took the account over has changed more by then. */
  undoChangeEmailLink: 7 * DAY,
  notMeLink: 7 * DAY,
  /** As long as the longest lock: to the end of a day, where the guessing goes on. */
  unlockLink: DAY,
  oneTimeCode: 15 * MINUTE,
  sudo: 10 * MINUTE,
} as const

export const BODY_BYTES = 100 * 1024
export const JSON_DEPTH = 32
export const JSON_KEYS = 1000
export const QUERY_BYTES = 2048
export const BATCH_CALLS = 10
