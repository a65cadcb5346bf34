import type { Me } from '@latchkey/shared/schemas/user'
import { useId } from 'react'
import { Card } from '../../ui/card.tsx'
import { ProfileForm } from './profile-form.tsx'

export function ProfileCard({ user }: { user: Me }) {
  const heading = useId()
  return (
    <Card aria-labelledby={heading}>
      <h2 id={heading} className="text-heading">
        Profile
      </h2>
      <p className="mt-1 mb-6 text-ink-soft">What others see of you. All of it is optional.</p>
      <ProfileForm key={user.id} user={user} />
    </Card>
  )
}
