import { createFileRoute } from '@tanstack/react-router'
import { ForgotPasswordPage } from '../features/auth/forgot-password-page.tsx'

/** For visitors, and for whoever is signed in and asked for a password that they no longer know. */
export const Route = createFileRoute('/forgot-password')({ component: ForgotPasswordPage })
