import { createFileRoute } from '@tanstack/react-router'
import { SecurityPage } from '../features/account/security-page.tsx'
import { sessionListQuery } from '../features/account/session-list.ts'

export const Route = createFileRoute('/_app/account/security')({
  // Not waited for: the page stands, and its list says how far it is.
  loader: ({ context: { queryClient, trpc } }) => void queryClient.prefetchQuery(sessionListQuery(trpc)),
  component: SecurityPage,
})
