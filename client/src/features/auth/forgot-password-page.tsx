import { useState } from 'react'
import { AuthLayout } from '../../ui/auth-layout.tsx'
import { AskForReset } from './ask-for-reset.tsx'
import { ResetByCode } from './reset-by-code.tsx'
import { useEntered } from './use-entered.ts'

/** For visitors, and for whoever is signed in and is asked for a password that they no longer know. */
export function ForgotPasswordPage() {
  const [email, setEmail] = useState(useEntered().email ?? '')
  const [isAsked, setIsAsked] = useState(false)
  return (
    <AuthLayout letter={isAsked}>
      {isAsked ? (
        <ResetByCode email={email} onWrongAddress={() => setIsAsked(false)} />
      ) : (
        <AskForReset
          email={email}
          onAsked={(asked) => {
            setEmail(asked)
            setIsAsked(true)
          }}
        />
      )}
    </AuthLayout>
  )
}
