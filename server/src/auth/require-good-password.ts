import { passwordProblem, type PasswordAbout, validatePassword } from '@latchkey/shared/password'
import { loadPasswordBook } from '@latchkey/shared/password-book'
import { AppError } from '../errors.ts'

/** The rules of a password that is being set, wherever it is set. */
export async function requireGoodPassword({
  password,
  ...about
}: PasswordAbout & { password: string }): Promise<void> {
  const problem = passwordProblem(validatePassword(password, about, await loadPasswordBook()))
  if (problem) throw new AppError('VALIDATION_FAILED', { fields: { password: problem } })
}
