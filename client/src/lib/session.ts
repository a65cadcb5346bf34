import type { Me } from '@latchkey/shared/schemas/user'
import { queryOptions, type QueryClient } from '@tanstack/react-query'
import { codeOf } from './api-error.ts'
import { forgetCsrfCookie, hintsAtSession } from './csrf.ts'
import type { Api } from './trpc.ts'

/** Who is here. `farewell` says how somebody who was here before has left. */
export type Session = { user: Me } | { user: null; farewell?: 'ended' | 'signed-out' }

const SESSION_KEY = ['session'] as const

export const sessionQuery = (api: Api) =>
  queryOptions({
    queryKey: SESSION_KEY,
    queryFn: ({ client, signal }) => findSession(api, client, signal),
    refetchOnWindowFocus: 'always',
    staleTime: Infinity,
    gcTime: Infinity,
  })
export type SessionQuery = ReturnType<typeof sessionQuery>

async function findSession(api: Api, client: QueryClient, signal: AbortSignal): Promise<Session> {
  const before = client.getQueryData<Session>(SESSION_KEY)
  if (!hintsAtSession()) return before?.user ? ENDED : (before ?? NOBODY)
  try {
    return { user: await api.user.me.query(undefined, { signal }) }
  } catch (thrown) {
    if (codeOf(thrown) !== 'UNAUTHENTICATED') throw thrown
    forgetCsrfCookie()
    return ENDED
  }
}

/** Puts the answer of a login, a logout or a 401 in place of whatever was being asked. */
export async function setSession(client: QueryClient, session: Session): Promise<void> {
  await client.cancelQueries({ queryKey: SESSION_KEY })
  client.setQueryData<Session>(SESSION_KEY, session)
}

/** A 401 somewhere in the page: the session is over, and the next page load need not ask. */
export async function endSession(client: QueryClient): Promise<void> {
  if (!client.getQueryData<Session>(SESSION_KEY)?.user) return
  forgetCsrfCookie()
  await setSession(client, ENDED)
}

export const refetchSession = (client: QueryClient): Promise<void> =>
  client.invalidateQueries({ queryKey: SESSION_KEY })

/**
 * When somebody else is here than before, by whatever way, nothing that was loaded for the one before may stay.
 */
export function watchSession(client: QueryClient, onChange: () => void): () => void {
  let known: string | null | undefined
  return client.getQueryCache().subscribe(({ type, query }) => {
    if (
      type !== 'updated' ||
      (query.queryKey as readonly unknown[])[0] !== SESSION_KEY[0] ||
      !query.state.data
    )
      return
    const before = known
    known = (query.state.data as Session).user?.id ?? null
    if (before === undefined || before === known) return
    client.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== SESSION_KEY[0] })
    client.getMutationCache().clear()
    onChange()
  })
}

const ENDED: Session = { user: null, farewell: 'ended' }
const NOBODY: Session = { user: null }
