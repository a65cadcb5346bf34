import { createFileRoute, redirect } from '@tanstack/react-router'
import { PagePending } from '../features/shell/page-pending.tsx'
import { safeNext } from '../lib/next.ts'

/** Pages for visitors. Who is signed in already goes on to where they were headed. */
export const Route = createFileRoute('/_guest')({
  // Always names `next`: what is left out here would shine through as it came.
  validateSearch: ({ next }: Record<string, unknown>): { next?: string | undefined } => ({
    next: safeNext(next),
  }),
  async beforeLoad({ context: { queryClient, session }, search }) {
    const { user } = await queryClient.ensureQueryData(session)
    if (user) throw redirect({ href: search.next ?? '/', replace: true })
  },
  pendingComponent: PagePending,
})
