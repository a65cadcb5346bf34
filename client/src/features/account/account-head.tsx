import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { PageHeading } from '../../ui/page-heading.tsx'

const PAGES = [
  ['/settings', 'Settings'],
  ['/account/security', 'Security'],
] as const

/** Above each page about one's own account: which one it is, and the way to the other. */
export function AccountHead({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div className="grid gap-2">
      <PageHeading title={title}>{title}</PageHeading>
      <p className="text-lead text-ink-soft">{children}</p>
      <nav aria-label="Settings and security" className="mt-3 flex gap-1 border-b border-line">
        {PAGES.map(([to, name]) => (
          <Link
            key={to}
            to={to}
            className="-mb-px inline-flex min-h-11 items-center rounded-t-field border-b-3 border-transparent px-4 font-semibold text-ink-soft hover:bg-sunk hover:text-ink aria-[current=page]:border-brass aria-[current=page]:text-ink"
          >
            {name}
          </Link>
        ))}
      </nav>
    </div>
  )
}
