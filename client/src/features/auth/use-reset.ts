import type { Shown } from '@latchkey/shared/schemas/by-mail'
import { useMutation } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useAuth } from '../../lib/auth.tsx'
import { useTRPC } from '../../lib/trpc.ts'

/** Sets a new password with what a letter said, which signs everybody out and nobody in. */
export function useReset() {
  const { lookAgain } = useAuth()
  const navigate = useNavigate()
  const { mutateAsync: reset } = useMutation(useTRPC().auth.resetPassword.mutationOptions())

  return async (shown: Shown, password: string): Promise<void> => {
    await reset({ ...shown, password })
    await lookAgain()
    await navigate({ to: '/login', state: { hasNewPassword: true }, replace: true })
  }
}
