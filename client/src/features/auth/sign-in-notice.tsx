import { useLocation } from '@tanstack/react-router'
import { useAuth } from '../../lib/auth.tsx'
import { Notice } from '../../ui/banner.tsx'

/** Why somebody stands before the sign-in page who did not ask for it. */
export function SignInNotice({ returning }: { returning: boolean }) {
  const { farewell } = useAuth()
  const hasNewPassword = useLocation({ select: ({ state }) => state.hasNewPassword })
  if (hasNewPassword) return <Notice>Your new password is set. Sign in with it.</Notice>
  if (farewell === 'ended')
    return <Notice>You have been signed out. Sign in again to carry on where you were.</Notice>
  if (farewell === 'signed-out') return <Notice>You have signed out. See you soon.</Notice>
  if (returning) return <Notice>Please sign in first. We will take you on from there.</Notice>
  return null
}
