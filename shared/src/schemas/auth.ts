import { z } from 'zod'
import { displayName, email, enteredPassword, text } from './atoms.ts'
import { LENGTHS } from '../limits.ts'
import { me } from './user.ts'

/** What `captcha.ask` was answered with. Whether it is good is for the act to say. */
const captchaToken = text(LENGTHS.captchaToken).refine(
  (value) => /^[\w+/=.-]*$/.test(value),
  'This is no answer.',
)

/** The rules of a new password need the dictionary, so the act and the form ask `password.ts` themselves. */
export const newPassword = text(LENGTHS.password.max).refine(
  (value) => value.length > 0,
  'Choose a password.',
)

/** `name` is what older callers say for `displayName`. */
export const registerInput = z
  .strictObject({
    email,
    password: newPassword,
    displayName: displayName.optional(),
    name: displayName.optional(),
    captchaToken: captchaToken.optional(),
  })
  .transform(({ name, ...rest }) => ({ ...rest, displayName: rest.displayName ?? name ?? null }))
  .meta({ id: 'RegisterRequest' })
export type RegisterInput = z.output<typeof registerInput>

export const message = z.strictObject({ message: z.string() }).meta({ id: 'Message' })

export const loginInput = z
  .strictObject({ email, password: enteredPassword, captchaToken: captchaToken.optional() })
  .meta({ id: 'LoginRequest' })
export type LoginInput = z.output<typeof loginInput>

export const loginOutput = z.strictObject({ user: me }).meta({ id: 'SignedIn' })

export const changePasswordInput = z
  .strictObject({ currentPassword: enteredPassword, password: newPassword })
  .meta({ id: 'ChangePasswordRequest' })
export type ChangePasswordInput = z.output<typeof changePasswordInput>

export const stepUpInput = z.strictObject({ password: enteredPassword }).meta({ id: 'StepUpRequest' })

export const csrfOutput = z.strictObject({ csrfToken: z.string() }).meta({ id: 'CsrfToken' })

/** The acts that a robot may be asked about. */
export const captchaInput = z.strictObject({ act: z.enum(['login', 'register']) })
export type CaptchaAct = z.output<typeof captchaInput>['act']

/** `challenge` is JSON as ALTCHA's solvers take it. The other is there where the upper rung is, and for its widget. */
export const captchaOutput = z
  .strictObject({
    challenge: z.string(),
    turnstile: z
      .strictObject({ siteKey: z.string(), url: z.string(), action: z.string(), data: z.string() })
      .nullable(),
  })
  .meta({ id: 'Captcha' })
export type CaptchaQuestion = z.output<typeof captchaOutput>
