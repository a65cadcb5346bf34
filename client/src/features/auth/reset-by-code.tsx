import { zodResolver } from '@hookform/resolvers/zod'
import { newPassword } from '@latchkey/shared/schemas/auth'
import { code } from '@latchkey/shared/schemas/by-mail'
import { useMutation } from '@tanstack/react-query'
import { useMemo } from 'react'
import { z } from 'zod'
import { CODE_WORDS } from '../../lib/code-words.ts'
import { confirmation, newPasswordResolver } from '../../lib/new-password.ts'
import { useTRPC } from '../../lib/trpc.ts'
import { useApiForm } from '../../lib/use-api-form.ts'
import { CodeField } from '../../ui/code-field.tsx'
import { Form } from '../../ui/form.tsx'
import { NewPasswordFields } from '../../ui/new-password-fields.tsx'
import { Resend } from '../../ui/resend.tsx'
import { LocalInboxHint } from './local-inbox-hint.tsx'
import { Said } from './said.tsx'
import { useReset } from './use-reset.ts'

const checkShape = zodResolver(z.strictObject({ code, password: newPassword, confirmation }))

/** The same for every address: whether there is such an account is not said here. */
export function ResetByCode({ email, onWrongAddress }: { email: string; onWrongAddress: () => void }) {
  const { mutateAsync: forgot } = useMutation(useTRPC().auth.forgotPassword.mutationOptions())
  return (
    <>
      <Said heading="Check your mail">
        <p className="text-lead">
          If there is an account with <strong className="font-semibold break-all">{email}</strong>, we have
          sent a letter to it. Open its link, or type its code here.
        </p>
        <p className="text-ink-soft">
          Wrong address?{' '}
          <button type="button" onClick={onWrongAddress} className="text-anchor">
            Change it
          </button>
        </p>
      </Said>
      <CodeAndPassword email={email} />
      <div className="grid gap-3 border-t border-line pt-6">
        <p className="text-ink-soft">
          Nothing there after a few minutes? Look among the unwanted mail, or have it sent once more.
        </p>
        <Resend send={async () => (await forgot({ email })).message} waiting />
      </div>
      <LocalInboxHint />
    </>
  )
}

function CodeAndPassword({ email }: { email: string }) {
  const reset = useReset()
  const about = useMemo(() => ({ email, displayName: null }), [email])
  const resolver = useMemo(() => newPasswordResolver(checkShape, () => about), [about])
  const form = useApiForm({
    resolver,
    defaultValues: { code: '', password: '', confirmation: '' },
    send: (sent: { code: string; password: string }) => reset({ email, code: sent.code }, sent.password),
    words: CODE_WORDS,
  })
  return (
    <Form form={form} label="Choose a new password" submit="Set the new password" submitting="Setting it…">
      <input type="text" autoComplete="username" value={email} readOnly hidden />
      <CodeField {...form.field('code')} />
      <NewPasswordFields
        password={form.field('password', { deps: ['confirmation'] })}
        confirmation={form.field('confirmation')}
        typed={form.watch('password')}
        about={about}
      />
    </Form>
  )
}
