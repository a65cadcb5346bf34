import { passwordProblem, validatePassword, type PasswordAbout } from '@latchkey/shared/password'
import { loadPasswordBook } from '@latchkey/shared/password-book'
import type { FieldErrors, FieldValues, Resolver } from 'react-hook-form'
import { z } from 'zod'

/** The field below a new password, which a form has and the server does not. */
export const confirmation = z.string().min(1, 'Type the password once more.')

type Entered = FieldValues & { password: string; confirmation: string }

/** The schema first; then what the schema cannot say: that both passwords agree, and that it is a good one. */
export function newPasswordResolver<E extends Entered, Sent>(
  checkShape: Resolver<E, unknown, Sent>,
  aboutOf: (entered: E) => PasswordAbout,
): Resolver<E, unknown, Sent> {
  return async (entered, context, options) => {
    const shape = await checkShape(entered, context, options)
    const errors: Record<string, { type: string; message: string }> = {}
    const refused = await refusePassword(entered.password, aboutOf(entered))
    if (refused !== undefined) errors['password'] = { type: 'rules', message: refused }
    if (entered.confirmation !== '' && entered.confirmation !== entered.password) {
      errors['confirmation'] = { type: 'mismatch', message: 'The two passwords are not the same.' }
    }
    const all = { ...errors, ...shape.errors } as FieldErrors<E>
    return Object.keys(all).length > 0 ? { values: {}, errors: all } : shape
  }
}

/** Without the dictionaries the server, which always has them, decides alone. */
async function refusePassword(password: string, about: PasswordAbout): Promise<string | undefined> {
  if (password === '') return undefined
  const book = await loadPasswordBook().catch(() => undefined)
  return book && passwordProblem(validatePassword(password, about, book))
}
