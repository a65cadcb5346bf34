import { AccountHead } from './account-head.tsx'
import { ActivityCard } from './activity-card.tsx'
import { PasswordCard } from './password-card.tsx'
import { SessionsCard } from './sessions-card.tsx'

export function SecurityPage() {
  return (
    <div className="grid max-w-3xl grid-cols-[minmax(0,1fr)] gap-8 sm:gap-10">
      <AccountHead title="Security">Every key to your account, and where it is.</AccountHead>
      <PasswordCard />
      <SessionsCard />
      <ActivityCard />
    </div>
  )
}
