import { QueryClientProvider, type QueryClient } from '@tanstack/react-query'
import { createRouter, type RouterHistory } from '@tanstack/react-router'
import { createTRPCOptionsProxy } from '@trpc/tanstack-react-query'
import { ErrorPage } from './features/shell/error-page.tsx'
import { NotFoundPage } from './features/shell/not-found-page.tsx'
import { PartPending } from './features/shell/page-pending.tsx'
import { AuthProvider } from './lib/auth.tsx'
import { createQueryClient } from './lib/query-client.ts'
import { parseSearch, stringifySearch } from './lib/search-params.ts'
import { sessionQuery, watchSession, type SessionQuery } from './lib/session.ts'
import { createApi, TRPCProvider, type Trpc } from './lib/trpc.ts'
import { routeTree } from './routeTree.gen.ts'
import { StepUpProvider } from './ui/step-up.tsx'
import { ToastProvider } from './ui/toast.tsx'

export type RouterContext = { queryClient: QueryClient; trpc: Trpc; session: SessionQuery }

type Parts = { history?: RouterHistory; queryClient?: QueryClient }

export function createAppRouter({ history, queryClient = createQueryClient() }: Parts = {}) {
  const api = createApi()
  const session = sessionQuery(api)
  const router = createRouter({
    routeTree,
    ...(history && { history }),
    context: { queryClient, trpc: createTRPCOptionsProxy({ client: api, queryClient }), session },
    parseSearch,
    stringifySearch,
    defaultPreload: 'intent',
    defaultPreloadStaleTime: 0,
    defaultPendingMs: 300,
    defaultPendingMinMs: 400,
    defaultPendingComponent: PartPending,
    defaultErrorComponent: ErrorPage,
    defaultNotFoundComponent: NotFoundPage,
    Wrap: ({ children }) => (
      <QueryClientProvider client={queryClient}>
        <TRPCProvider trpcClient={api} queryClient={queryClient}>
          <AuthProvider session={session}>
            <ToastProvider>{children}</ToastProvider>
          </AuthProvider>
        </TRPCProvider>
      </QueryClientProvider>
    ),
    // Its question has a link, so it stands where links know the way.
    InnerWrap: ({ children }) => <StepUpProvider>{children}</StepUpProvider>,
  })
  watchSession(queryClient, () => void router.invalidate())
  return router
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createAppRouter>
  }
  interface HistoryState {
    /** Whom the letter went to; kept beside the address bar, not in it. */
    mailedTo?: string
    /** What somebody has typed already, for the form that they come to next. */
    entered?: { email?: string; displayName?: string }
    /** Has chosen a new password just now, which is good for signing in. */
    hasNewPassword?: boolean
  }
}
