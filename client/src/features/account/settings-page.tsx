import type { Me } from '@latchkey/shared/schemas/user'
import { AccountHead } from './account-head.tsx'
import { EmailCard } from './email-card.tsx'
import { ProfileCard } from './profile-card.tsx'

export function SettingsPage({ user }: { user: Me }) {
  return (
    <div className="grid max-w-3xl grid-cols-[minmax(0,1fr)] gap-8 sm:gap-10">
      <AccountHead title="Settings">How you are called here, and how we reach you.</AccountHead>
      <ProfileCard user={user} />
      <EmailCard user={user} />
    </div>
  )
}
