import { createFileRoute } from '@tanstack/react-router'
import { ReturnedLetters } from '../features/account/returned-letters.tsx'
import { ConfirmAddressCard } from '../features/auth/confirm-address-card.tsx'
import { DashboardPage } from '../features/dashboard/dashboard-page.tsx'
import { useAuth } from '../lib/auth.tsx'

export const Route = createFileRoute('/_app/dashboard')({
  loader: ({ context: { queryClient, session } }) => queryClient.ensureQueryData(session),
  component: Dashboard,
})

function Dashboard() {
  const { user } = useAuth()
  return (
    user && (
      <DashboardPage user={user}>
        <ReturnedLetters user={user} />
        {!user.isEmailVerified && <ConfirmAddressCard user={user} />}
      </DashboardPage>
    )
  )
}
