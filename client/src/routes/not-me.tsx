import { createFileRoute } from '@tanstack/react-router'
import { NotMePage } from '../features/auth/not-me-page.tsx'

/** For whoever holds the link, signed in or not. */
export const Route = createFileRoute('/not-me')({ component: NotMePage })
