import { z } from 'zod'
import { email, enteredPassword, text } from './atoms.ts'
import { newPassword } from './auth.ts'

/** What a link in a letter carries. Whether it is one of ours is for the table to say. */
const token = z.string().refine((value) => /^[\w-]{1,128}$/.test(value), 'The link is incomplete.')

/** Typed from a letter: in any case, with whatever spaces and hyphens people put in. */
export const code = text(20)
  .transform((value) => value.replace(/[\s-]/g, '').toUpperCase())
  .pipe(z.string().regex(/^[2-9A-HJ-NP-Z]{6}$/, 'A code has six letters and digits.'))

export const linkInput = z.strictObject({ token }).meta({ id: 'LinkRequest' })
export const emailInput = z.strictObject({ email }).meta({ id: 'EmailRequest' })

/** What shows that somebody reads the mail: the link, or the code and whose letter it was in. */
export type Shown = { token: string } | { email: string; code: string }
type Said = { token?: string | undefined; email?: string | undefined; code?: string | undefined }
const letter = { token: token.optional(), email: email.optional(), code: code.optional() }
const EITHER = {
  error: 'Send the token of the link, or the address and the code.',
  path: ['token'],
}
const isEither = ({ token, email, code }: Said): boolean =>
  token === undefined ? email !== undefined && code !== undefined : email === undefined && code === undefined

function toShown<Rest>({ token, email = '', code = '', ...rest }: Said & Rest) {
  const shown: Shown = token === undefined ? { email, code } : { token }
  return { shown, ...rest }
}

/** `password` is the one that was chosen at registration; `newPassword` is for whoever chose none. */
export const verifyEmailInput = z
  .strictObject({ ...letter, password: enteredPassword.optional(), newPassword: newPassword.optional() })
  .refine(isEither, EITHER)
  .transform(toShown)
  .meta({ id: 'VerifyEmailRequest' })
export type VerifyEmailInput = z.output<typeof verifyEmailInput>

export const resetPasswordInput = z
  .strictObject({ ...letter, password: newPassword })
  .refine(isEither, EITHER)
  .transform(toShown)
  .meta({ id: 'ResetPasswordRequest' })
export type ResetPasswordInput = z.output<typeof resetPasswordInput>

/** The code is for whoever is signed in: it is typed where the change was asked for. */
export const confirmChangeEmailInput = z
  .strictObject({ token: token.optional(), code: code.optional() })
  .refine(({ token, code }) => (token === undefined) !== (code === undefined), {
    ...EITHER,
    error: 'Send the token of the link, or the code.',
  })
  .meta({ id: 'ConfirmChangeEmailRequest' })
export type ConfirmChangeEmailInput = z.output<typeof confirmChangeEmailInput>

/** Whoever says that it was not them chooses a new password next, with this. */
export const secured = z.strictObject({ resetToken: z.string() }).meta({ id: 'Secured' })

/** What became of the letter of a registration. */
export const letterFate = z.strictObject({ state: z.enum(['unknown', 'underWay', 'sent', 'returned']) })
export type LetterFate = z.output<typeof letterFate>
