import { useMutation } from '@tanstack/react-query'
import { useId, useState } from 'react'
import type { Me } from '@latchkey/shared/schemas/user'
import { codeOf } from '../../lib/api-error.ts'
import { useTRPC } from '../../lib/trpc.ts'
import { Card } from '../../ui/card.tsx'
import { CodeForm } from '../../ui/code-form.tsx'
import { Resend } from '../../ui/resend.tsx'
import { useToast } from '../../ui/toast.tsx'
import { PasswordOfRegistration } from './password-of-registration.tsx'
import { useVerify } from './use-verify.ts'

/** For whoever is in, and has not yet shown that letters reach them. */
export function ConfirmAddressCard({ user: { email } }: { user: Me }) {
  const { mutateAsync: resend } = useMutation(useTRPC().auth.resendVerification.mutationOptions())
  const verify = useVerify()
  const showToast = useToast()
  const heading = useId()
  /** A code that is right, and wants the password beside it: another browser has registered. */
  const [code, setCode] = useState<string>()

  async function send(typed: string, password?: string): Promise<void> {
    try {
      await verify({ email, code: typed }, password === undefined ? {} : { password })
      showToast('Your address is confirmed.')
      // The card is gone, and the focus with it.
      document.getElementById('main')?.focus()
    } catch (thrown) {
      if (codeOf(thrown) !== 'PASSWORD_NEEDED') throw thrown
      setCode(typed)
    }
  }
  return (
    <Card aria-labelledby={heading} className="border-l-4 border-l-brass">
      <h2 id={heading} className="text-heading">
        Confirm your address
      </h2>
      <p className="mt-1 mb-5 max-w-prose text-pretty text-ink-soft">
        We have sent a letter to <strong className="font-semibold break-all text-ink">{email}</strong>. Open
        its link, or type its code here; without that we cannot help you when you forget your password.
      </p>
      <div className="grid grid-cols-[minmax(0,1fr)] gap-6 md:grid-cols-[repeat(2,minmax(0,1fr))]">
        {code === undefined ? (
          <CodeForm
            label="Confirm the address"
            submit="Confirm"
            submitting="Confirming…"
            send={send}
            wide={false}
          />
        ) : (
          <PasswordOfRegistration
            hint="You have registered in another browser, so it is asked for beside the code."
            send={(password) => send(code, password)}
            takesFocus
          />
        )}
        <div className="grid content-start gap-3">
          <p className="text-ink-soft">Nothing there, or too old?</p>
          <Resend
            send={async () => {
              await resend({ email })
              setCode(undefined)
              return 'Another letter is on its way. It ends the one before.'
            }}
          />
        </div>
      </div>
    </Card>
  )
}
