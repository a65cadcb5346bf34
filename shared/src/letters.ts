import { z } from 'zod'

/** Every letter the product writes, with what it needs to be written. The words live in jobs/src/letters/. */
export const LETTERS = {
  'verify-email': z.strictObject({
    name: z.string().nullable(),
    token: z.string(),
    code: z.string(),
  }),
  'session-ended': z.strictObject({ name: z.string().nullable(), client: z.string() }),
  'account-locked': z.strictObject({ name: z.string().nullable(), token: z.string() }),
  'password-changed': z.strictObject({ name: z.string().nullable() }),
  'account-suspended': z.strictObject({ name: z.string().nullable() }),
  'account-restored': z.strictObject({ name: z.string().nullable() }),
  'account-exists': z.strictObject({ name: z.string().nullable() }),
} as const

export type LetterName = keyof typeof LETTERS
export type LetterParams<N extends LetterName> = z.infer<(typeof LETTERS)[N]>

/** A letter as it is read: what the worker wrote and the local inbox shows. */
export const writtenLetter = z.strictObject({ subject: z.string(), text: z.string(), html: z.string() })
export type WrittenLetter = z.infer<typeof writtenLetter>
