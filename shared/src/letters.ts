import { z } from 'zod'

const name = z.string().nullable()
const token = z.string()
const code = z.string()

/** Every letter the product writes, with what it needs to be written. The words live in jobs/src/letters/. */
export const LETTERS = {
  'verify-email': z.strictObject({ name, token, code }),
  'reset-password': z.strictObject({ name, token, code }),
  /** To the new address. */
  'change-email': z.strictObject({ name, token, code }),
  /** To the old one: what was asked for, and how to undo it. */
  'email-changing': z.strictObject({ name, newEmail: z.string(), token }),
  /** `at` is an instant; the token is of "this was not me". */
  'new-device': z.strictObject({
    name,
    client: z.string(),
    ipMasked: z.string().nullable(),
    at: z.iso.datetime(),
    token,
  }),
  'session-ended': z.strictObject({ name, client: z.string() }),
  'account-locked': z.strictObject({ name, token }),
  /** The token is of "this was not me". */
  'password-changed': z.strictObject({ name, by: z.enum(['change', 'reset']), token }),
  'account-suspended': z.strictObject({ name }),
  'account-restored': z.strictObject({ name }),
  'account-exists': z.strictObject({ name }),
} as const

/** Which letter overtakes which: somebody waits for it; somebody should know soon; all others. */
export const URGENCY = { awaited: 2, notice: 1, ordinary: 0 } as const
export const URGENCIES: Readonly<Record<LetterName, keyof typeof URGENCY>> = {
  'verify-email': 'awaited',
  'reset-password': 'awaited',
  'change-email': 'awaited',
  'account-locked': 'awaited',
  'email-changing': 'notice',
  'new-device': 'notice',
  'session-ended': 'notice',
  'password-changed': 'notice',
  'account-suspended': 'ordinary',
  'account-restored': 'ordinary',
  // As urgent as the letter of a registration, whose place it takes.
  'account-exists': 'awaited',
}

export type LetterName = keyof typeof LETTERS
export type LetterParams<N extends LetterName> = z.infer<(typeof LETTERS)[N]>

/** A letter as it is read: what the worker wrote and the local inbox shows. */
export const writtenLetter = z.strictObject({ subject: z.string(), text: z.string(), html: z.string() })
export type WrittenLetter = z.infer<typeof writtenLetter>
