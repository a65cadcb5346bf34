import type { Shown } from '@latchkey/shared/schemas/by-mail'
import { useMutation } from '@tanstack/react-query'
import { useAuth } from '../../lib/auth.tsx'
import { useTRPC } from '../../lib/trpc.ts'

/** Beside what the letter said: the password of the registration, or a new one from whoever chose none. */
type Choice = { password?: string; newPassword?: string }

export function useVerify() {
  const { lookAgain } = useAuth()
  const { mutateAsync: verify } = useMutation(useTRPC().auth.verifyEmail.mutationOptions())
  return async (shown: Shown, choice: Choice = {}): Promise<void> => {
    await verify({ ...shown, ...choice })
    await lookAgain()
  }
}
