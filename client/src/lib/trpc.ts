import type { AppRouter } from '@latchkey/server/router'
import { BATCH_CALLS, QUERY_BYTES } from '@latchkey/shared/limits'
import {
  createTRPCClient,
  httpBatchLink,
  httpLink,
  retryLink,
  splitLink,
  type TRPCClient,
} from '@trpc/client'
import { createTRPCContext, type TRPCOptionsProxy } from '@trpc/tanstack-react-query'
import { codeOf, ForeignAnswer } from './api-error.ts'
import { createCsrf } from './csrf.ts'
import { afterRenewal } from './refresh.ts'

export type Api = TRPCClient<AppRouter>
export type Trpc = TRPCOptionsProxy<AppRouter>

export const { TRPCProvider, useTRPC, useTRPCClient } = createTRPCContext<AppRouter>()

const URL_OF_API = '/api/trpc'
/** Longer than the slowest honest answer on a bad line, shorter than a person's patience. */
const PATIENCE_MS = 30_000

export function createApi(): Api {
  const csrf = createCsrf(async () => (await api.auth.csrf.query()).csrfToken)
  const api: Api = createTRPCClient<AppRouter>({
    links: [
      retryLink({
        retry({ op, error, attempts }) {
          const again = op.type === 'mutation' && attempts === 1 && codeOf(error) === 'CSRF_FAILED'
          if (again) csrf.refuse()
          return again
        },
      }),
      splitLink({
        condition: ({ type }) => type === 'mutation',
        true: httpLink({
          url: URL_OF_API,
          headers: async () => ({ 'X-CSRF-Token': await csrf.token() }),
          fetch: patientFetch,
        }),
        false: httpBatchLink({
          url: URL_OF_API,
          maxItems: BATCH_CALLS,
          maxURLLength: QUERY_BYTES,
          async fetch(input, init) {
            await afterRenewal()
            return patientFetch(input, init)
          },
        }),
      }),
    ],
  })
  return api
}

/** What tRPC hands over says `undefined` where the browser's own type says nothing. */
type Init = Omit<RequestInit, 'signal'> & { signal?: AbortSignal | null | undefined }

async function patientFetch(input: RequestInfo | URL, init: Init = {}): Promise<Response> {
  const patience = AbortSignal.timeout(PATIENCE_MS)
  const signal = init.signal ? AbortSignal.any([init.signal, patience]) : patience
  const response = await fetch(input, { ...init, credentials: 'same-origin', signal })
  if (!response.headers.get('content-type')?.includes('json')) throw new ForeignAnswer(response)
  return response
}
