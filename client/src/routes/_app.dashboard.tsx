import { createFileRoute } from '@tanstack/react-router'
import { DashboardPage } from '../features/dashboard/dashboard-page.tsx'
import { useAuth } from '../lib/auth.tsx'

export const Route = createFileRoute('/_app/dashboard')({
  loader: ({ context: { queryClient, session } }) => queryClient.ensureQueryData(session),
  component: Dashboard,
})

function Dashboard() {
  const { user } = useAuth()
  return user && <DashboardPage user={user} />
}
