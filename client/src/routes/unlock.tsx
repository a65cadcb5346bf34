import { createFileRoute } from '@tanstack/react-router'
import { UnlockPage } from '../features/auth/unlock-page.tsx'

/** For whoever holds the link, signed in or not. */
export const Route = createFileRoute('/unlock')({ component: UnlockPage })
