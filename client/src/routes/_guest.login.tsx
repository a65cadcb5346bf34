import { BRAND } from '@latchkey/shared/brand'
import { createFileRoute, Link } from '@tanstack/react-router'
import { LoginForm } from '../features/auth/login-form.tsx'
import { SignInNotice } from '../features/auth/sign-in-notice.tsx'
import { AuthLayout } from '../ui/auth-layout.tsx'
import { PageHeading } from '../ui/page-heading.tsx'

export const Route = createFileRoute('/_guest/login')({ component: Login })

function Login() {
  const { next } = Route.useSearch()
  return (
    <AuthLayout>
      <div className="grid gap-2">
        <PageHeading title="Sign in">Sign in</PageHeading>
        <p className="text-ink-soft">Good to see you at the door.</p>
      </div>
      <SignInNotice returning={next !== undefined} />
      <LoginForm />
      <p>
        New to {BRAND.name}?{' '}
        <Link to="/register" className="text-anchor">
          Create an account
        </Link>
      </p>
    </AuthLayout>
  )
}
