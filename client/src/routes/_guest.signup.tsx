import { createFileRoute } from '@tanstack/react-router'
import { RegisterPage } from '../features/auth/register-page.tsx'

/** The other word for it; older links use this one. */
export const Route = createFileRoute('/_guest/signup')({ component: RegisterPage })
