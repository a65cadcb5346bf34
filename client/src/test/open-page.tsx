import { createMemoryHistory, type RouterHistory, RouterProvider } from '@tanstack/react-router'
import { render, screen } from '@testing-library/react'
import { userEvent } from '@testing-library/user-event'
import { createQueryClient } from '../lib/query-client.ts'
import { createAppRouter } from '../router.tsx'

/** The whole app at an address, as a person finds it. */
export function openPage(path: string) {
  const history = createMemoryHistory({ initialEntries: [path] })
  const { router, queryClient, unmount } = openAt(history)
  const reload = () => {
    unmount()
    openAt(history)
  }
  return { router, queryClient, reload, user: userEvent.setup(), address: () => history.location.href }
}

/** Of what was there before only the history stays, as in a browser. */
function openAt(history: RouterHistory) {
  const queryClient = createQueryClient()
  const { queries } = queryClient.getDefaultOptions()
  queryClient.setDefaultOptions({ queries: { ...queries, retryDelay: 0 } })
  const router = createAppRouter({ history, queryClient })
  const { unmount } = render(<RouterProvider router={router} />, { onCaughtError: () => undefined })
  return { router, queryClient, unmount }
}

export const findHeading = (name: string | RegExp) => screen.findByRole('heading', { level: 1, name })
