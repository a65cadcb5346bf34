import { zodResolver } from '@hookform/resolvers/zod'
import { enteredPassword } from '@latchkey/shared/schemas/atoms'
import { z } from 'zod'
import { useApiForm } from '../../lib/use-api-form.ts'
import { Form } from '../../ui/form.tsx'
import { PasswordField } from '../../ui/password-field.tsx'

const checkPassword = zodResolver(z.strictObject({ password: enteredPassword }))

type PasswordOfRegistrationProps = {
  send: (password: string) => Promise<void>
  hint?: string
  /** Where nothing above it does. */
  takesFocus?: boolean
}

/** Shows that whoever registered and whoever reads the mail are one. */
export function PasswordOfRegistration({ send, hint, takesFocus = false }: PasswordOfRegistrationProps) {
  const form = useApiForm({
    resolver: checkPassword,
    defaultValues: { password: '' },
    send: ({ password }: { password: string }) => send(password),
    words: { RATE_LIMITED: TOO_MANY_TRIES },
  })
  return (
    <Form
      form={form}
      label="Confirm with the password"
      submit="Confirm this address"
      submitting="Confirming…"
    >
      <PasswordField
        label="Password of the registration"
        autoComplete="current-password"
        hint={hint}
        autoFocus={takesFocus}
        {...form.field('password')}
      />
    </Form>
  )
}

const TOO_MANY_TRIES = 'Too many passwords were tried here. Please wait a moment and try again.'
