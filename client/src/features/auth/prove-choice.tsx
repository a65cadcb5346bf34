import type { Shown } from '@latchkey/shared/schemas/by-mail'
import { useState, type ReactNode } from 'react'
import { codeOf } from '../../lib/api-error.ts'
import { Button } from '../../ui/button.tsx'
import { ChoosePassword } from './choose-password.tsx'
import { PasswordOfRegistration } from './password-of-registration.tsx'
import { Said } from './said.tsx'
import { useVerify } from './use-verify.ts'
import { Verified } from './verified.tsx'

type ProveChoiceProps = { shown: Shown; over: ReactNode }
type Step = 'password' | 'none' | 'over' | 'verified' | 'verified-anew'

/** Reading the mail is not enough where another browser registered: that may have been somebody else's. */
export function ProveChoice({ shown, over }: ProveChoiceProps) {
  const verify = useVerify()
  const [step, setStep] = useState<Step>('password')

  async function send(choice: Parameters<typeof verify>[1], next: Step): Promise<void> {
    try {
      await verify(shown, choice)
      setStep(next)
    } catch (thrown) {
      if (codeOf(thrown) !== 'TOKEN_INVALID') throw thrown
      setStep('over')
    }
  }
  if (step === 'over') return over
  if (step === 'verified') return <Verified />
  if (step === 'verified-anew') return <Verified anew />
  if (step === 'none')
    return (
      <BeginAnew
        email={'email' in shown ? shown.email : ''}
        send={(newPassword) => send({ newPassword }, 'verified-anew')}
        onBack={() => setStep('password')}
      />
    )
  return <KnownPassword send={(password) => send({ password }, 'verified')} onNone={() => setStep('none')} />
}

type KnownPasswordProps = { send: (password: string) => Promise<void>; onNone: () => void }

const KnownPassword = ({ send, onNone }: KnownPasswordProps) => (
  <>
    <Said heading="Was it you who registered?">
      <p className="text-lead">
        It happened in another browser. Tell us the password that was chosen there, so that nobody gets in
        with your address but you.
      </p>
    </Said>
    <PasswordOfRegistration send={send} />
    <div className="grid gap-3 border-t border-line pt-6">
      <p className="text-ink-soft">Never chose one? Then somebody else typed your address.</p>
      <Button variant="secondary" onClick={onNone}>
        I did not choose one
      </Button>
    </div>
  </>
)

type BeginAnewProps = { email: string; send: (password: string) => Promise<void>; onBack: () => void }

function BeginAnew({ email, send, onBack }: BeginAnewProps) {
  return (
    <>
      <Said heading="Begin anew">
        <p className="text-lead">
          Choose a password now. Of what somebody else registered with your address nothing stays, and their
          password opens nothing.
        </p>
      </Said>
      <ChoosePassword submit="Begin with this password" submitting="One moment…" send={send} email={email} />
      <Button variant="quiet" onClick={onBack}>
        I do know the password
      </Button>
    </>
  )
}
