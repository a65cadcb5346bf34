import { zodResolver } from '@hookform/resolvers/zod'
import { registerInput } from '@latchkey/shared/schemas/auth'
import type { z } from 'zod'
import { confirmation, newPasswordResolver } from '../../lib/new-password.ts'

const registerForm = registerInput.in
  .omit({ name: true, captchaToken: true })
  .required()
  .extend({ confirmation })

export type RegisterSent = z.output<typeof registerForm>

export const registerResolver = newPasswordResolver(zodResolver(registerForm), (entered) => entered)
