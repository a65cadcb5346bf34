import { useMutation } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { PROVING, useProof } from '../../lib/proof.ts'
import { useTRPC } from '../../lib/trpc.ts'
import { useApiForm } from '../../lib/use-api-form.ts'
import { Form } from '../../ui/form.tsx'
import { PasswordField } from '../../ui/password-field.tsx'
import { PasswordGuide } from '../../ui/password-guide.tsx'
import { TextField } from '../../ui/text-field.tsx'
import { PersonCheck } from './person-check.tsx'
import { registerResolver, type RegisterSent } from './register-resolver.ts'

const GUIDE = 'password-guide'

export function RegisterForm() {
  const navigate = useNavigate()
  const { mutateAsync: register } = useMutation(useTRPC().auth.register.mutationOptions())
  const { withProof, isProving, asked } = useProof('register')
  const form = useApiForm({
    resolver: registerResolver,
    defaultValues: { displayName: '', email: '', password: '', confirmation: '' },
    async send({ email, password, displayName }: RegisterSent) {
      const person = { email, password, ...(displayName !== null && { displayName }) }
      await withProof((captchaToken) => register({ ...person, captchaToken }))
      await navigate({ to: '/register/sent', state: { mailedTo: email } })
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
        <TextField
          label="Email address"
          type="email"
          inputMode="email"
          autoComplete="email"
          autoCapitalize="none"
          spellCheck={false}
          {...form.field('email')}
        />
        <div className="grid gap-3">
          <PasswordField
            label="Password"
            autoComplete="new-password"
            rules={GUIDE}
            {...form.field('password', { deps: ['confirmation'] })}
          />
          <PasswordGuide id={GUIDE} password={password} about={{ email, displayName }} />
        </div>
        <PasswordField label="Repeat password" autoComplete="new-password" {...form.field('confirmation')} />
      </Form>
      {asked && <PersonCheck {...asked} />}
    </>
  )
}

const TOO_MANY_ACCOUNTS = 'Many accounts were made from your network. Please wait a moment and try again.'
