import { createFileRoute } from '@tanstack/react-router'
import { CheckMailPage } from '../features/auth/check-mail.tsx'

export const Route = createFileRoute('/_guest/register_/sent')({ component: CheckMailPage })
