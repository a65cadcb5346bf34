import type { OwnEvent } from '@latchkey/shared/schemas/audit'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useTRPCClient } from '../../lib/trpc.ts'

export const OWN_EVENTS = ['own-events'] as const

const PAGE = 20

/** Newest first; each further page begins before the last event of the one above. */
export function useOwnEvents() {
  const api = useTRPCClient()
  return useInfiniteQuery({
    queryKey: OWN_EVENTS,
    queryFn: ({ pageParam, signal }) =>
      api.audit.mine.query({ limit: PAGE, ...(pageParam !== null && { before: pageParam }) }, { signal }),
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }) => next,
    staleTime: 0,
  })
}
export type OwnEvents = ReturnType<typeof useOwnEvents>

export type Run = { latest: OwnEvent; times: number }

/** What a browser does by itself all day, or a stranger all night, would push everything else off the page. */
const ONE_ROW: readonly string[] = ['session.refresh', 'user.login_failed']

/** One row for each event, but one for a whole run of those. */
export function inRuns(events: OwnEvent[]): Run[] {
  const runs: Run[] = []
  for (const event of events) {
    const last = runs.at(-1)
    if (last && continues(last.latest, event)) last.times += 1
    else runs.push({ latest: event, times: 1 })
  }
  return runs
}

const continues = (one: OwnEvent, other: OwnEvent): boolean =>
  ONE_ROW.includes(one.action) &&
  one.action === other.action &&
  one.client === other.client &&
  one.ipMasked === other.ipMasked
