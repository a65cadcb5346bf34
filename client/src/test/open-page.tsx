import { createMemoryHistory, RouterProvider } from '@tanstack/react-router'
import { render, screen } from '@testing-library/react'
import { userEvent } from '@testing-library/user-event'
import { createQueryClient } from '../lib/query-client.ts'
import { createAppRouter } from '../router.tsx'

/** The whole app at an address, as a person finds it. */
export function openPage(path: string) {
  const queryClient = createQueryClient()
  const { queries } = queryClient.getDefaultOptions()
  queryClient.setDefaultOptions({ queries: { ...queries, retryDelay: 0 } })
  const history = createMemoryHistory({ initialEntries: [path] })
  const router = createAppRouter({ history, queryClient })
  render(<RouterProvider router={router} />, { onCaughtError: () => undefined })
  return { router, queryClient, user: userEvent.setup(), address: () => history.location.href }
}

export const findHeading = (name: string | RegExp) => screen.findByRole('heading', { level: 1, name })
