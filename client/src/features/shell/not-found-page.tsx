import { Link } from '@tanstack/react-router'
import { buttonLook } from '../../ui/button-look.ts'
import { PageHeading } from '../../ui/page-heading.tsx'
import { PlainLayout } from './plain-layout.tsx'

export function NotFoundPage() {
  return (
    <PlainLayout number="404">
      <PageHeading title="Page not found">Nobody lives at this address</PageHeading>
      <p className="text-lead text-ink-soft">
        The page may have moved, or the link may have lost a letter on its way to you.
      </p>
      <Link to="/" className={buttonLook('primary', 'w-fit')}>
        Go to the start page
      </Link>
    </PlainLayout>
  )
}
