import { expect, test } from 'vitest'
import { lifetimesOf } from './lifetimes.ts'

const DEFAULTS = {
  SESSION_TTL_SECONDS: 604_800,
  SESSION_ABSOLUTE_SECONDS: 2_592_000,
  VERIFY_EMAIL_TTL_SECONDS: 86_400,
  RESET_PASSWORD_TTL_SECONDS: 3600,
}

test('D4, decision 17: 7 and 30 days, for privileged roles 12 and 24 hours', () => {
  expect(lifetimesOf(DEFAULTS)).toEqual({
    session: { idleSeconds: 604_800, absoluteSeconds: 2_592_000 },
    privilegedSession: { idleSeconds: 43_200, absoluteSeconds: 86_400 },
    verifyEmailSeconds: 86_400,
    resetPasswordSeconds: 3600,
  })
})

test('D4: settings that are shorter than what privileged roles have hold for them too', () => {
  const short = { ...DEFAULTS, SESSION_TTL_SECONDS: 1800, SESSION_ABSOLUTE_SECONDS: 7200 }
  const lifetime = { idleSeconds: 1800, absoluteSeconds: 7200 }
  expect(lifetimesOf(short)).toMatchObject({ session: lifetime, privilegedSession: lifetime })
})
