import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query'
import { codeOf, isPassing } from './api-error.ts'
import { endSession } from './session.ts'

export function createQueryClient(): QueryClient {
  const onError = (thrown: unknown) => {
    if (codeOf(thrown) === 'UNAUTHENTICATED') void endSession(client)
  }
  const client = new QueryClient({
    queryCache: new QueryCache({ onError }),
    mutationCache: new MutationCache({ onError }),
    defaultOptions: {
      // Waiting for the line to come back would leave a person in front of a spinner: fail and say so.
      queries: {
        networkMode: 'always',
        staleTime: 30_000,
        retry: (failures, thrown) => failures < 2 && isPassing(thrown),
      },
      mutations: { networkMode: 'always' },
    },
  })
  return client
}
