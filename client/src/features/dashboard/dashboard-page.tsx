import type { Me } from '@latchkey/shared/schemas/user'
import type { ReactNode } from 'react'
import { nameOf } from '../../lib/person.ts'
import { PageHeading } from '../../ui/page-heading.tsx'
import { AccountTag } from './account-tag.tsx'
import { FirstSteps } from './first-steps.tsx'

/** Below the greeting stands what waits for the person, if anything does. */
export function DashboardPage({ user, children }: { user: Me; children: ReactNode }) {
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-8 sm:gap-10">
      <div className="grid gap-2">
        <PageHeading title="Dashboard">Hello, {nameOf(user)}</PageHeading>
        <p className="text-lead text-ink-soft">You are in. This is your place.</p>
      </div>
      {children}
      <div className="grid grid-cols-[minmax(0,1fr)] items-start gap-6 lg:grid-cols-[repeat(2,minmax(0,1fr))]">
        <AccountTag user={user} />
        <FirstSteps />
      </div>
    </div>
  )
}
