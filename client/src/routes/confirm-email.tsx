import { createFileRoute } from '@tanstack/react-router'
import { ConfirmEmailPage } from '../features/auth/confirm-email-page.tsx'

/** For whoever holds the link, signed in or not. */
export const Route = createFileRoute('/confirm-email')({ component: ConfirmEmailPage })
