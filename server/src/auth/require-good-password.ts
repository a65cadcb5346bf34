import { passwordProblem, type PasswordAbout, validatePassword } from '@latchkey/shared/password'
import type { Ctx } from '../context.ts'
import { AppError } from '../errors.ts'

/** The rules of a password that is being set, wherever it is set. */
export async function requireGoodPassword(
  ctx: Pick<Ctx, 'passwordBook'>,
  { password, ...about }: PasswordAbout & { password: string },
  field = 'password',
): Promise<void> {
  const problem = passwordProblem(validatePassword(password, about, await ctx.passwordBook()))
  if (problem) throw new AppError('VALIDATION_FAILED', { fields: { [field]: problem } })
}
