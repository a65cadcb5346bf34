import { createFileRoute } from '@tanstack/react-router'
import { ResetPasswordPage } from '../features/auth/reset-password-page.tsx'

/** For whoever holds the link, signed in or not. */
export const Route = createFileRoute('/reset-password')({ component: ResetPasswordPage })
