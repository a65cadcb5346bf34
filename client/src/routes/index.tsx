import { createFileRoute, redirect } from '@tanstack/react-router'
import { PagePending } from '../features/shell/page-pending.tsx'

export const Route = createFileRoute('/')({
  async beforeLoad({ context: { queryClient, session } }) {
    const { user } = await queryClient.ensureQueryData(session)
    throw redirect({ to: user ? '/dashboard' : '/login', replace: true })
  },
  pendingComponent: PagePending,
})
