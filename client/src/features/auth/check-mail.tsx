import { Link, useLocation } from '@tanstack/react-router'
import { isLocalHost } from '../../lib/local-host.ts'
import { AuthLayout } from '../../ui/auth-layout.tsx'
import { buttonLook } from '../../ui/button-look.ts'
import { PageHeading } from '../../ui/page-heading.tsx'

export function CheckMailPage() {
  const mailedTo = useLocation({ select: ({ state }) => state.mailedTo })
  return (
    <AuthLayout letter>
      <div className="grid gap-3">
        <PageHeading title="Check your mail">Check your mail</PageHeading>
        <p className="text-lead">
          We have sent a letter to{' '}
          <strong className="font-semibold break-all">{mailedTo ?? 'the address you gave'}</strong>. It says
          what to do next.
        </p>
        <p className="text-ink-soft">
          Nothing there after a few minutes? Look among the unwanted mail, and make sure that the address is
          right.
        </p>
      </div>
      <Link to="/login" className={buttonLook('primary')}>
        Go to sign in
      </Link>
      {isLocalHost() && (
        <p className="rounded-field border border-dashed border-line-strong p-4 text-small text-ink-soft">
          This runs on your own machine, so no letter leaves it. Read it in the{' '}
          <a href="/dev/inbox" className="text-anchor">
            local inbox
          </a>
          .
        </p>
      )}
    </AuthLayout>
  )
}
