import { createFileRoute, Outlet, redirect } from '@tanstack/react-router'
import { AppLayout } from '../features/shell/app-layout.tsx'
import { PagePending } from '../features/shell/page-pending.tsx'
import { useAuth } from '../lib/auth.tsx'

/** Pages for people who are signed in. Everybody else is asked to, and comes back here. */
export const Route = createFileRoute('/_app')({
  async beforeLoad({ context: { queryClient, session }, location }) {
    const current = await queryClient.ensureQueryData(session)
    if (current.user) return
    const search = current.farewell === 'signed-out' ? {} : { next: location.href }
    throw redirect({ to: '/login', search, replace: true })
  },
  pendingComponent: PagePending,
  component: App,
})

function App() {
  const { user } = useAuth()
  if (!user) return <PagePending />
  return (
    <AppLayout user={user}>
      <Outlet />
    </AppLayout>
  )
}
