import type { Role } from '@latchkey/shared/roles'
import type { Me } from '@latchkey/shared/schemas/user'
import { Link } from '@tanstack/react-router'
import { useId, type ReactNode } from 'react'
import { Badge } from '../../ui/badge.tsx'
import { Card } from '../../ui/card.tsx'
import { Moment } from '../../ui/moment.tsx'

const ROLE_NAMES: Record<Role, string> = {
  USER: 'Member',
  ADMIN: 'Administrator',
  BILLING_ADMIN: 'Billing',
  SUPPORT: 'Support',
}

/** What the account says about itself, on the tag of a key. */
export function AccountTag({ user }: { user: Me }) {
  const heading = useId()
  return (
    <Card aria-labelledby={heading} className="key-tag">
      <h2 id={heading} className="pr-10 text-heading">
        Your account
      </h2>
      <dl className="mt-4 grid gap-4 sm:grid-cols-2">
        <Fact name="Email address" wide>
          <span className="flex flex-wrap items-center gap-x-3 gap-y-1">
            <span className="min-w-0 break-all">{user.email}</span>
            {user.isEmailVerified ? (
              <Badge variant="success">Verified</Badge>
            ) : (
              <Badge variant="secondary">Not verified yet</Badge>
            )}
          </span>
        </Fact>
        <Fact name="Member since">
          <Moment at={user.createdAt} look="date" />
        </Fact>
        <Fact name="Last sign-in">
          {user.lastLoginAt === null ? 'This is the first' : <Moment at={user.lastLoginAt} look="minute" />}
        </Fact>
        <Fact name={user.roles.length === 1 ? 'Role' : 'Roles'} wide>
          {user.roles.map((role) => ROLE_NAMES[role]).join(', ') || 'None'}
        </Fact>
      </dl>
      <p className="mt-5 flex flex-wrap gap-x-5 gap-y-2">
        <Link to="/account/security" className="text-anchor">
          Where you are signed in
        </Link>
        <Link to="/settings" className="text-anchor">
          Settings
        </Link>
      </p>
    </Card>
  )
}

function Fact({ name, wide = false, children }: { name: string; wide?: boolean; children: ReactNode }) {
  return (
    <div className={wide ? 'sm:col-span-2' : undefined}>
      <dt className="text-small text-ink-soft">{name}</dt>
      <dd className="font-medium">{children}</dd>
    </div>
  )
}
