import { zodResolver } from '@hookform/resolvers/zod'
import { loginInput, type LoginInput } from '@latchkey/shared/schemas/auth'
import { Link, useRouter } from '@tanstack/react-router'
import { useAuth } from '../../lib/auth.tsx'
import { PROVING, useProof } from '../../lib/proof.ts'
import { useApiForm } from '../../lib/use-api-form.ts'
import { EmailField } from '../../ui/email-field.tsx'
import { Form } from '../../ui/form.tsx'
import { PasswordField } from '../../ui/password-field.tsx'
import { PersonCheck } from './person-check.tsx'
import { WhenRefused } from './when-refused.tsx'

/** Where to go afterwards is the guard's business: it sees that somebody is signed in. Until then the form stays shut. */
export function LoginForm() {
  const { login } = useAuth()
  const router = useRouter()
  const { withProof, isProving, asked } = useProof('login')
  const form = useApiForm({
    resolver: zodResolver(loginInput),
    defaultValues: { email: '', password: '' },
    async send(credentials: LoginInput) {
      await withProof((captchaToken) => login({ ...credentials, captchaToken }))
      await router.invalidate()
    },
    words: { RATE_LIMITED: TOO_MANY_TRIES },
  })
  const email = form.watch('email')
  const refused = form.banner?.problem.code === 'INVALID_CREDENTIALS'
  return (
    <>
      <Form
        form={form}
        label="Sign in"
        submit="Sign in"
        submitting={isProving ? PROVING : 'Signing in…'}
        help={refused && <WhenRefused email={email} />}
      >
        <EmailField autoComplete="username" {...form.field('email')} />
        <PasswordField label="Password" autoComplete="current-password" {...form.field('password')} />
      </Form>
      <p className="-mt-2">
        <Link to="/forgot-password" state={{ entered: { email } }} className="text-anchor">
          Forgot your password?
        </Link>
      </p>
      {asked && <PersonCheck {...asked} />}
    </>
  )
}

const TOO_MANY_TRIES = 'Many wrong passwords came from your network. Please wait a moment and try again.'
