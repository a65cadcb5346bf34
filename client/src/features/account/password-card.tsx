import { useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useId, useRef } from 'react'
import { useAuth } from '../../lib/auth.tsx'
import { useTRPC } from '../../lib/trpc.ts'
import { Card } from '../../ui/card.tsx'
import { useToast } from '../../ui/toast.tsx'
import { ChangePasswordForm } from './change-password-form.tsx'
import { OWN_EVENTS } from './own-events.ts'
import { sessionListQuery } from './session-list.ts'

export function PasswordCard() {
  const { user } = useAuth()
  const trpc = useTRPC()
  const client = useQueryClient()
  const showToast = useToast()
  const heading = useRef<HTMLHeadingElement>(null)
  const headingId = useId()

  function onChanged() {
    showToast('Your password is changed. All other browsers and devices are signed out.')
    heading.current?.focus()
    void client.invalidateQueries({ queryKey: sessionListQuery(trpc).queryKey })
    void client.invalidateQueries({ queryKey: OWN_EVENTS })
  }

  return (
    <Card aria-labelledby={headingId}>
      <h2 id={headingId} ref={heading} tabIndex={-1} className="text-heading">
        Password
      </h2>
      <p className="mt-1 mb-6 text-ink-soft">
        A new one signs you out everywhere else, and a letter tells you so.
      </p>
      {user && <ChangePasswordForm user={user} onChanged={onChanged} />}
      <p className="mt-5">
        <Link to="/forgot-password" state={{ entered: { email: user?.email ?? '' } }} className="text-anchor">
          Forgot the current one?
        </Link>
      </p>
    </Card>
  )
}
