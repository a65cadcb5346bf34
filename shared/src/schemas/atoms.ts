import { z } from 'zod'
import { LENGTHS } from '../limits.ts'

/** Text that Postgres and UTF-8 can hold: no NUL, no half of a surrogate pair. Every string starts here. */
export const text = (max: number) =>
  z
    .string({ error: ({ input }) => (input === undefined ? 'This is needed.' : 'Write this as text.') })
    .refine(
      (value) => value.isWellFormed() && !value.includes('\0'),
      'This holds characters that we cannot store.',
    )
    .refine((value) => lengthOf(value) <= max, `Keep this to ${max} characters.`)

/** Counted in code points, as people count. */
export const lengthOf = (value: string): number => [...value].length

/**
 * ASCII on purpose: what looks like a known letter but is not must not make a second account. Without % and !, by which
 * some mail servers send on to somewhere else.
 */
const EMAIL =
  /^[a-z0-9.#$&'*+/=?^_`{|}~-]{1,64}@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]$/

export const email = text(LENGTHS.email)
  .transform((value) => value.trim().toLowerCase())
  .pipe(z.string().regex(EMAIL, 'Write an email address, such as ada@example.com.'))

export const enteredPassword = text(LENGTHS.password.max).refine(
  (value) => value.length > 0,
  'Enter your password.',
)

/** A name stands in letters to strangers: it may not break a line, turn its direction, or be a link. */
const NOT_A_NAME = /[\p{Cc}\p{Bidi_Control}\u2028\u2029]|:\/\/|www\./u

export const displayName = text(LENGTHS.displayName)
  .refine((value) => !NOT_A_NAME.test(value), 'Write a name, without links or control characters.')
  .transform((value) => value.trim())
  .transform((value) => (value === '' ? null : value))

/** A picture elsewhere. Without credentials, which a URL can carry and everybody would see. */
export const avatarUrl = text(LENGTHS.avatarUrl)
  .transform((value) => value.trim())
  .refine(
    (value) => value === '' || isPicture(value),
    'Write the address of a picture that begins with https://.',
  )
  .transform((value) => (value === '' ? null : new URL(value).href))

function isPicture(value: string): boolean {
  const { protocol, username, password } = URL.parse(value) ?? {}
  return protocol === 'https:' && username === '' && password === ''
}

/** May have lines, and nothing else that cannot be seen. */
const NOT_PROSE = /[^\P{Cc}\n]|\p{Bidi_Control}/u
export const bio = text(LENGTHS.bio)
  .transform((value) => value.replaceAll('\r\n', '\n').trim())
  .refine((value) => !NOT_PROSE.test(value), 'Leave out control characters.')
  .transform((value) => (value === '' ? null : value))

export const id = z.uuid('This is not an id.')
export const instant = z.iso.datetime()
/** What an act takes that takes nothing: no body, or an empty one. */
export const nothing = z.strictObject({}).optional()
export const done = z.strictObject({ ok: z.literal(true) })
