import { useLocation, useNavigate } from '@tanstack/react-router'
import { AuthLayout } from '../../ui/auth-layout.tsx'
import { AskForReset } from './ask-for-reset.tsx'
import { ResetByCode } from './reset-by-code.tsx'
import { useEntered } from './use-entered.ts'

/** For visitors, and for whoever is signed in and is asked for a password that they no longer know. */
export function ForgotPasswordPage() {
  // In the history, so that whoever comes back from their mail finds the place where the code is typed, even reloaded.
  const mailedTo = useLocation({ select: ({ state }) => state.mailedTo })
  const { email = '' } = useEntered()
  const navigate = useNavigate()
  return (
    <AuthLayout letter={mailedTo !== undefined}>
      {mailedTo !== undefined ? (
        <ResetByCode
          email={mailedTo}
          onWrongAddress={() =>
            void navigate({ to: '/forgot-password', state: { entered: { email: mailedTo } }, replace: true })
          }
        />
      ) : (
        <AskForReset
          email={email}
          onAsked={(asked) => navigate({ to: '/forgot-password', state: { mailedTo: asked } })}
        />
      )}
    </AuthLayout>
  )
}
