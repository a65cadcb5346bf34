import { zodResolver } from '@hookform/resolvers/zod'
import { emailInput } from '@latchkey/shared/schemas/by-mail'
import { useMutation } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useTRPC } from '../../lib/trpc.ts'
import { useApiForm } from '../../lib/use-api-form.ts'
import { EmailField } from '../../ui/email-field.tsx'
import { Form } from '../../ui/form.tsx'
import { Said } from './said.tsx'

const checkEmail = zodResolver(emailInput)

type AskForResetProps = { email: string; onAsked: (email: string) => Promise<void> }

export function AskForReset({ email, onAsked }: AskForResetProps) {
  const { mutateAsync: forgot } = useMutation(useTRPC().auth.forgotPassword.mutationOptions())
  const form = useApiForm({
    resolver: checkEmail,
    defaultValues: { email },
    async send(sent: { email: string }) {
      await forgot(sent)
      await onAsked(sent.email)
    },
    words: { RATE_LIMITED: TOO_MANY_LETTERS },
  })
  return (
    <>
      <Said heading="Forgot your password?">
        <p className="text-ink-soft">
          Tell us your address, and we send you a letter. With it you choose a new password.
        </p>
      </Said>
      <Form form={form} label="Ask for a letter" submit="Send me a letter" submitting="Asking…">
        <EmailField autoComplete="username" {...form.field('email')} />
      </Form>
      <p>
        It came back to you?{' '}
        <Link to="/login" className="text-anchor">
          Sign in
        </Link>
      </p>
    </>
  )
}

const TOO_MANY_LETTERS = 'So many letters were asked for that the next one has to wait.'
