import { zodResolver } from '@hookform/resolvers/zod'
import { passwordProblem, validatePassword } from '@latchkey/shared/password'
import { loadPasswordBook } from '@latchkey/shared/password-book'
import { registerInput } from '@latchkey/shared/schemas/auth'
import type { Resolver } from 'react-hook-form'
import { z } from 'zod'

const registerForm = registerInput.in
  .omit({ name: true })
  .required()
  .extend({ confirmation: z.string().min(1, 'Type the password once more.') })

export type RegisterEntered = z.input<typeof registerForm>
export type RegisterSent = z.output<typeof registerForm>

const checkShape = zodResolver(registerForm)

/** The schema first; then what the schema cannot say: that both passwords agree, and that it is a good one. */
export const registerResolver: Resolver<RegisterEntered, unknown, RegisterSent> = async (
  entered,
  context,
  options,
) => {
  const shape = await checkShape(entered, context, options)
  const errors: Record<string, { type: string; message: string }> = {}
  const refused = await refusePassword(entered)
  if (refused !== undefined) errors['password'] = { type: 'rules', message: refused }
  if (entered.confirmation !== '' && entered.confirmation !== entered.password) {
    errors['confirmation'] = { type: 'mismatch', message: 'The two passwords are not the same.' }
  }
  const all = { ...errors, ...shape.errors }
  return Object.keys(all).length > 0 ? { values: {}, errors: all } : shape
}

/** Without the dictionaries the server, which always has them, decides alone. */
async function refusePassword({
  password,
  email,
  displayName,
}: RegisterEntered): Promise<string | undefined> {
  if (password === '') return undefined
  const book = await loadPasswordBook().catch(() => undefined)
  return book && passwordProblem(validatePassword(password, { email, displayName }, book))
}
