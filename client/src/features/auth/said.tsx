import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useAuth } from '../../lib/auth.tsx'
import { buttonLook } from '../../ui/button-look.ts'
import { PageHeading } from '../../ui/page-heading.tsx'

/** What a page at the entrance has to say, under the heading that takes the focus. */
export function Said({ heading, children }: { heading: string; children: ReactNode }) {
  return (
    <div className="grid gap-3 text-pretty">
      <PageHeading title={heading}>{heading}</PageHeading>
      {children}
    </div>
  )
}

export const ToSignIn = () => (
  <Link to="/login" className={buttonLook('primary')}>
    Go to sign in
  </Link>
)

/** For what somebody may have done who is signed in here, or may not. */
export function ToGoOn() {
  const { authenticated } = useAuth()
  if (!authenticated) return <ToSignIn />
  return (
    <Link to="/dashboard" className={buttonLook('primary')}>
      Go to your dashboard
    </Link>
  )
}
