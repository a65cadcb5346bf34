import { createRootRouteWithContext, Outlet } from '@tanstack/react-router'
import { SkipLink } from '../features/shell/skip-link.tsx'
import type { RouterContext } from '../router.tsx'
import { Announcer } from '../ui/announcer.tsx'

export const Route = createRootRouteWithContext<RouterContext>()({ component: Root })

function Root() {
  return (
    <>
      <SkipLink />
      <Outlet />
      <Announcer />
    </>
  )
}
