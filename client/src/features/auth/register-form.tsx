import { useMutation } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { PROVING, useProof } from '../../lib/proof.ts'
import { useTRPC } from '../../lib/trpc.ts'
import { useApiForm } from '../../lib/use-api-form.ts'
import { EmailField } from '../../ui/email-field.tsx'
import { Form } from '../../ui/form.tsx'
import { NewPasswordFields } from '../../ui/new-password-fields.tsx'
import { TextField } from '../../ui/text-field.tsx'
import { PersonCheck } from './person-check.tsx'
import { registerResolver, type RegisterSent } from './register-resolver.ts'
import { useEntered } from './use-entered.ts'

export function RegisterForm() {
  const navigate = useNavigate()
  const entered = useEntered()
  const { mutateAsync: register } = useMutation(useTRPC().auth.register.mutationOptions())
  const { withProof, isProving, asked } = useProof('register')
  const form = useApiForm({
    resolver: registerResolver,
    defaultValues: {
      displayName: entered.displayName ?? '',
      email: entered.email ?? '',
      password: '',
      confirmation: '',
    },
    async send({ email, password, displayName }: RegisterSent) {
      const person = { email, password, ...(displayName !== null && { displayName }) }
      await withProof((captchaToken) => register({ ...person, captchaToken }))
      const typed = { email, ...(displayName !== null && { displayName }) }
      await navigate({ to: '/register/sent', state: { mailedTo: email, entered: typed } })
    },
    words: { RATE_LIMITED: TOO_MANY_ACCOUNTS },
  })
  const [password, email, displayName] = form.watch(['password', 'email', 'displayName'])

  return (
    <>
      <Form
        form={form}
        label="Create an account"
        submit="Create account"
        submitting={isProving ? PROVING : 'Creating your account…'}
      >
        <TextField label="Name" autoComplete="name" optional {...form.field('displayName')} />
        <EmailField autoComplete="email" {...form.field('email')} />
        <NewPasswordFields
          label="Password"
          password={form.field('password', { deps: ['confirmation'] })}
          confirmation={form.field('confirmation')}
          typed={password}
          about={{ email, displayName }}
        />
      </Form>
      {asked && <PersonCheck {...asked} />}
    </>
  )
}

const TOO_MANY_ACCOUNTS = 'Many accounts were made from your network. Please wait a moment and try again.'
