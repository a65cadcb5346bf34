import { createFileRoute } from '@tanstack/react-router'
import { VerifyEmailPage } from '../features/auth/verify-email-page.tsx'

/** For whoever holds the letter, signed in or not. */
export const Route = createFileRoute('/verify-email')({ component: VerifyEmailPage })
