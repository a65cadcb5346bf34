import type { Env } from './env.ts'
import { LIFETIME_SECONDS } from './limits.ts'

/** How long a session lives: unseen, and at most. */
export type SessionLifetime = { idleSeconds: number; absoluteSeconds: number }
export type Lifetimes = {
  session: SessionLifetime
  privilegedSession: SessionLifetime
  verifyEmailSeconds: number
  resetPasswordSeconds: number
}

export type LifetimeEnv = Pick<
  Env,
  | 'SESSION_TTL_SECONDS'
  | 'SESSION_ABSOLUTE_SECONDS'
  | 'VERIFY_EMAIL_TTL_SECONDS'
  | 'RESET_PASSWORD_TTL_SECONDS'
>

/** What the settings say. A privileged session never outlives an ordinary one. */
export const lifetimesOf = (env: LifetimeEnv): Lifetimes => ({
  session: { idleSeconds: env.SESSION_TTL_SECONDS, absoluteSeconds: env.SESSION_ABSOLUTE_SECONDS },
  privilegedSession: {
    idleSeconds: Math.min(LIFETIME_SECONDS.privilegedSessionIdle, env.SESSION_TTL_SECONDS),
    absoluteSeconds: Math.min(LIFETIME_SECONDS.privilegedSessionAbsolute, env.SESSION_ABSOLUTE_SECONDS),
  },
  verifyEmailSeconds: env.VERIFY_EMAIL_TTL_SECONDS,
  resetPasswordSeconds: env.RESET_PASSWORD_TTL_SECONDS,
})
