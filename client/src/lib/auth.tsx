import type { LoginInput } from '@latchkey/shared/schemas/auth'
import type { Me } from '@latchkey/shared/schemas/user'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { createContext, use, useCallback, useEffect, useMemo, useRef, type ReactNode } from 'react'
import { codeOf } from './api-error.ts'
import { inTurn, keepFresh } from './refresh.ts'
import { forgetRenewal } from './renewed-at.ts'
import { refetchSession, setSession, type Session, type SessionQuery } from './session.ts'
import { openTabs, type TabNews } from './tabs.ts'
import { useTRPC } from './trpc.ts'

type Auth = {
  loading: boolean
  authenticated: boolean
  user: Me | null
  farewell: 'ended' | 'signed-out' | undefined
  login: (input: LoginInput) => Promise<void>
  logout: () => Promise<void>
  /** Asks anew who is here, in every tab: what was just done may have changed or ended that. */
  lookAgain: () => Promise<void>
  /** The person as the server has just described them. */
  acceptMe: (user: Me) => Promise<void>
}

const AuthContext = createContext<Auth | null>(null)

export function AuthProvider({ session, children }: { session: SessionQuery; children: ReactNode }) {
  const trpc = useTRPC()
  const client = useQueryClient()
  const { data, isPending } = useQuery(session)
  const { mutateAsync: login } = useMutation(trpc.auth.login.mutationOptions())
  const { mutateAsync: logout } = useMutation(trpc.auth.logout.mutationOptions())
  const tellOtherTabs = useOtherTabs()
  useFreshSession(data)

  const auth = useMemo<Auth>(
    () => ({
      loading: isPending,
      authenticated: Boolean(data?.user),
      user: data?.user ?? null,
      farewell: data?.user === null ? data.farewell : undefined,
      async login(input) {
        const { user } = await inTurn(() => login(input))
        await setSession(client, { user })
        tellOtherTabs('signed-in')
      },
      async logout() {
        // What waits for an answer would ask after the end, and be refused for it.
        await client.cancelQueries()
        await inTurn(logout).catch((thrown: unknown) => {
          // Whoever has no session any more has what this is for.
          if (codeOf(thrown) === 'UNAUTHENTICATED') return
          void client.invalidateQueries()
          throw thrown
        })
        await setSession(client, SIGNED_OUT)
        tellOtherTabs('signed-out')
      },
      async lookAgain() {
        tellOtherTabs('signed-in')
        await refetchSession(client)
      },
      async acceptMe(user) {
        await setSession(client, { user })
        tellOtherTabs('signed-in')
      },
    }),
    [client, data, isPending, login, logout, tellOtherTabs],
  )
  return <AuthContext value={auth}>{children}</AuthContext>
}

export function useAuth(): Auth {
  const auth = use(AuthContext)
  if (!auth) throw new Error('useAuth needs an AuthProvider above it')
  return auth
}

const SIGNED_OUT: Session = { user: null, farewell: 'signed-out' }

function useFreshSession(session: Session | undefined): void {
  const trpc = useTRPC()
  const { mutateAsync: refresh } = useMutation(trpc.auth.refresh.mutationOptions())
  const userId = session?.user?.id
  const isNobody = session?.user === null
  useEffect(() => {
    if (isNobody) return forgetRenewal()
    return userId === undefined ? undefined : keepFresh(refresh)
  }, [refresh, isNobody, userId])
}

function useOtherTabs(): (news: TabNews) => void {
  const client = useQueryClient()
  const tabs = useRef<ReturnType<typeof openTabs>>(null)
  useEffect(() => {
    const opened = openTabs(
      (news) => void (news === 'signed-in' ? refetchSession(client) : setSession(client, SIGNED_OUT)),
    )
    tabs.current = opened
    return () => opened.close()
  }, [client])
  return useCallback((news) => tabs.current?.tell(news), [])
}
