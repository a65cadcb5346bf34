import { createFileRoute } from '@tanstack/react-router'
import { UndoEmailPage } from '../features/auth/undo-email-page.tsx'

/** For whoever holds the link, signed in or not. */
export const Route = createFileRoute('/undo-email')({ component: UndoEmailPage })
