import { useState } from 'react'
import { problemOf } from '../../lib/api-error.ts'
import { useAuth } from '../../lib/auth.tsx'
import { Button } from '../../ui/button.tsx'
import { useToast } from '../../ui/toast.tsx'

export function SignOutButton() {
  const { logout } = useAuth()
  const showToast = useToast()
  const [pending, setPending] = useState(false)

  async function signOut() {
    setPending(true)
    try {
      await logout()
    } catch (thrown) {
      showToast(`You are still signed in. ${problemOf(thrown).message}`)
      setPending(false)
    }
  }

  return (
    <Button
      variant="quiet"
      pending={pending}
      onClick={() => void signOut()}
      className="shrink-0 whitespace-nowrap"
    >
      Sign out
    </Button>
  )
}
