import { BRAND } from '@latchkey/shared/brand'
import { Link } from '@tanstack/react-router'
import { AuthLayout } from '../../ui/auth-layout.tsx'
import { PageHeading } from '../../ui/page-heading.tsx'
import { RegisterForm } from './register-form.tsx'

export function RegisterPage() {
  return (
    <AuthLayout>
      <div className="grid gap-2">
        <PageHeading title="Create an account">Create an account</PageHeading>
        <p className="text-ink-soft">One address, one password, and {BRAND.name} is yours.</p>
      </div>
      <RegisterForm />
      <p>
        Already have an account?{' '}
        <Link to="/login" className="text-anchor">
          Sign in
        </Link>
      </p>
    </AuthLayout>
  )
}
