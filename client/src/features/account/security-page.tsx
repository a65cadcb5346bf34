import { PageHeading } from '../../ui/page-heading.tsx'
import { ActivityCard } from './activity-card.tsx'
import { PasswordCard } from './password-card.tsx'
import { SessionsCard } from './sessions-card.tsx'

export function SecurityPage() {
  return (
    <div className="grid max-w-3xl grid-cols-[minmax(0,1fr)] gap-8 sm:gap-10">
      <div className="grid gap-2">
        <PageHeading title="Security">Security</PageHeading>
        <p className="text-lead text-ink-soft">Every key to your account, and where it is.</p>
      </div>
      <PasswordCard />
      <SessionsCard />
      <ActivityCard />
    </div>
  )
}
