import type { Shown } from '@latchkey/shared/schemas/by-mail'
import { useMutation } from '@tanstack/react-query'
import { Link, useLocation } from '@tanstack/react-router'
import { useState } from 'react'
import { useTRPC } from '../../lib/trpc.ts'
import { AuthLayout } from '../../ui/auth-layout.tsx'
import { buttonLook } from '../../ui/button-look.ts'
import { CodeForm } from '../../ui/code-form.tsx'
import { LetterFate } from '../../ui/letter-fate.tsx'
import { Resend } from '../../ui/resend.tsx'
import { ByCode } from './by-code.tsx'
import { LocalInboxHint } from './local-inbox-hint.tsx'
import { Said } from './said.tsx'
import { useEntered } from './use-entered.ts'

export function CheckMailPage() {
  const mailedTo = useLocation({ select: ({ state }) => state.mailedTo })
  return (
    <AuthLayout letter>
      {mailedTo === undefined ? (
        <Somewhere />
      ) : (
        <ByCode>{(send) => <Mailed key={mailedTo} to={mailedTo} send={send} />}</ByCode>
      )}
    </AuthLayout>
  )
}

/** Opened by itself, it cannot know whom the letter went to. */
function Somewhere() {
  return (
    <>
      <Said heading="Check your mail">
        <p className="text-lead">We have sent a letter to the address you gave. It says what to do next.</p>
      </Said>
      <Link to="/verify-email" className={buttonLook('primary')}>
        Type the code of the letter
      </Link>
      <Link to="/login" className={buttonLook('secondary')}>
        Go to sign in
      </Link>
      <LocalInboxHint />
    </>
  )
}

function Mailed({ to, send }: { to: string; send: (shown: Shown) => Promise<void> }) {
  const { mutateAsync: resend } = useMutation(useTRPC().auth.resendVerification.mutationOptions())
  const [resent, setResent] = useState(false)

  async function sendAnother(): Promise<string> {
    await resend({ email: to })
    setResent(true)
    return `Another letter is on its way to ${to}. It ends the one before.`
  }
  return (
    <>
      <Said heading="Check your mail">
        <p className="text-lead">
          We have sent a letter to <strong className="font-semibold break-all">{to}</strong>. Open its link,
          or type its code here.
        </p>
        <WrongAddress to={to} />
      </Said>
      {!resent && <LetterFate of={to} />}
      <CodeForm
        label="Confirm the address"
        submit="Confirm this address"
        submitting="Confirming…"
        send={(code) => send({ email: to, code })}
      />
      <div className="grid gap-3 border-t border-line pt-6">
        <p className="text-ink-soft">
          Nothing there after a few minutes? Look among the unwanted mail, or have it sent once more.
        </p>
        <Resend send={sendAnother} waiting />
      </div>
      <LocalInboxHint />
      <p>
        Confirmed already?{' '}
        <Link to="/login" className="text-anchor">
          Go to sign in
        </Link>
      </p>
    </>
  )
}

function WrongAddress({ to }: { to: string }) {
  const entered = useEntered()
  return (
    <p className="text-ink-soft">
      Wrong address?{' '}
      <Link to="/register" state={{ entered: { ...entered, email: to } }} className="text-anchor">
        Change it
      </Link>
    </p>
  )
}
