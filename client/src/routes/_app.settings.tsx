import { createFileRoute } from '@tanstack/react-router'
import { SettingsPage } from '../features/account/settings-page.tsx'
import { useAuth } from '../lib/auth.tsx'

export const Route = createFileRoute('/_app/settings')({ component: Settings })

function Settings() {
  const { user } = useAuth()
  return user && <SettingsPage user={user} />
}
