import { zodResolver } from '@hookform/resolvers/zod'
import type { PasswordAbout } from '@latchkey/shared/password'
import { newPassword } from '@latchkey/shared/schemas/auth'
import { useMemo } from 'react'
import { z } from 'zod'
import { confirmation, newPasswordResolver } from '../../lib/new-password.ts'
import { useApiForm } from '../../lib/use-api-form.ts'
import { Form } from '../../ui/form.tsx'
import { NewPasswordFields } from '../../ui/new-password-fields.tsx'

type ChoosePasswordProps = {
  submit: string
  submitting: string
  send: (password: string) => Promise<void>
  /** Whose it will be. Whoever comes by a link is known to the server alone. */
  email?: string
}

const ALIAS = { newPassword: 'password' }
const checkShape = zodResolver(z.strictObject({ password: newPassword, confirmation }))

/** A form for a new password and nothing else. */
export function ChoosePassword({ submit, submitting, send, email = '' }: ChoosePasswordProps) {
  const about = useMemo<PasswordAbout>(() => ({ email, displayName: null }), [email])
  const resolver = useMemo(() => newPasswordResolver(checkShape, () => about), [about])
  const form = useApiForm({
    resolver,
    defaultValues: { password: '', confirmation: '' },
    send: ({ password }: { password: string }) => send(password),
    alias: ALIAS,
  })
  return (
    <Form form={form} label={submit} submit={submit} submitting={submitting}>
      {email !== '' && <input type="text" autoComplete="username" value={email} readOnly hidden />}
      <NewPasswordFields
        password={form.field('password', { deps: ['confirmation'] })}
        confirmation={form.field('confirmation')}
        typed={form.watch('password')}
        about={about}
      />
    </Form>
  )
}
