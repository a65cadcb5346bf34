import type { Me } from '@latchkey/shared/schemas/user'
import { useMutation } from '@tanstack/react-query'
import { useLocation, useNavigate } from '@tanstack/react-router'
import { useEffect, useId, useRef } from 'react'
import { useAuth } from '../../lib/auth.tsx'
import { useTRPC } from '../../lib/trpc.ts'
import { Badge } from '../../ui/badge.tsx'
import { Card } from '../../ui/card.tsx'
import { useStepUp } from '../../ui/step-up.tsx'
import { useToast } from '../../ui/toast.tsx'
import { ChangeEmailForm } from './change-email-form.tsx'
import { ConfirmNewEmail } from './confirm-new-email.tsx'

export function EmailCard({ user }: { user: Me }) {
  const trpc = useTRPC()
  const stepUp = useStepUp()
  const { lookAgain } = useAuth()
  const { mutateAsync: changeEmail } = useMutation(trpc.auth.changeEmail.mutationOptions())
  const { mutateAsync: confirm } = useMutation(trpc.auth.confirmChangeEmail.mutationOptions())
  const showToast = useToast()
  const heading = useRef<HTMLHeadingElement>(null)
  const headingId = useId()
  const navigate = useNavigate()
  const asked = useLocation({ select: ({ state }) => state.mailedTo })
  // The link in the letter may have done it, in another tab.
  const isWaiting = asked !== undefined && asked !== user.email

  const ask = (email: string) => stepUp(() => changeEmail({ email }))

  // In the history, so that whoever comes back from their mail finds the place where the code is typed, even reloaded.
  const setAsked = (mailedTo?: string) =>
    navigate({ to: '/settings', state: { ...(mailedTo && { mailedTo }) }, replace: true, resetScroll: false })

  async function askFirst(email: string): Promise<void> {
    await ask(email)
    await setAsked(email)
  }

  async function confirmByCode(code: string): Promise<void> {
    await confirm({ code })
    await lookAgain()
    showToast('Your email address is changed.')
  }

  // What was there to be filled in has made way for something else.
  const wasWaiting = useRef(isWaiting)
  useEffect(() => {
    if (wasWaiting.current !== isWaiting) heading.current?.focus()
    wasWaiting.current = isWaiting
  }, [isWaiting])

  return (
    <Card aria-labelledby={headingId}>
      <h2 id={headingId} ref={heading} tabIndex={-1} className="text-heading">
        Email address
      </h2>
      <p className="mt-1 mb-6 flex flex-wrap items-center gap-x-3 gap-y-1">
        <span className="min-w-0 font-medium break-all">{user.email}</span>
        <Badge variant={user.isEmailVerified ? 'success' : 'secondary'}>
          {user.isEmailVerified ? 'Verified' : 'Not verified yet'}
        </Badge>
      </p>
      {isWaiting ? (
        <ConfirmNewEmail
          email={asked}
          onCode={confirmByCode}
          onAgain={() => ask(asked)}
          onOther={() => void setAsked()}
        />
      ) : (
        <ChangeEmailForm onAsk={askFirst} />
      )}
    </Card>
  )
}
