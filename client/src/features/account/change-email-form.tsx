import { zodResolver } from '@hookform/resolvers/zod'
import { emailInput } from '@latchkey/shared/schemas/by-mail'
import { useApiForm } from '../../lib/use-api-form.ts'
import { EmailField } from '../../ui/email-field.tsx'
import { Form } from '../../ui/form.tsx'

const checkEmail = zodResolver(emailInput)

export function ChangeEmailForm({ onAsk }: { onAsk: (email: string) => Promise<void> }) {
  const form = useApiForm({
    resolver: checkEmail,
    defaultValues: { email: '' },
    send: ({ email }: { email: string }) => onAsk(email),
    words: { RATE_LIMITED: TOO_MANY_LETTERS },
  })
  return (
    <Form
      form={form}
      label="Change the email address"
      submit="Change address"
      submitting="Asking…"
      wide={false}
    >
      <EmailField
        label="New email address"
        hint="We send a letter there. Nothing changes before you have confirmed it."
        autoComplete="email"
        {...form.field('email')}
      />
    </Form>
  )
}

const TOO_MANY_LETTERS = 'So many letters were asked for that the next one has to wait.'
