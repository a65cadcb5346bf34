import { avatarUrl } from '@latchkey/shared/schemas/atoms'
import { useEffect, useState } from 'react'
import { Avatar } from '../../ui/avatar.tsx'

type PicturePreviewProps = { url: string; user: { displayName: string; email: string } }

/** Half an address is not asked for: it would be another host's. */
const QUIET_MS = 600

export function PicturePreview({ url, user: { displayName, email } }: PicturePreviewProps) {
  const [settled, setSettled] = useState(url)
  const [missing, setMissing] = useState<string>()
  useEffect(() => {
    const timer = setTimeout(() => setSettled(url), QUIET_MS)
    return () => clearTimeout(timer)
  }, [url])

  const picture = avatarUrl.safeParse(settled).data ?? null
  const user = { avatarUrl: picture, displayName: displayName.trim() || null, email }
  return (
    <div className="flex items-center gap-3 sm:mt-7 sm:grid sm:w-28 sm:justify-items-center sm:gap-1">
      <Avatar user={user} size="large" onMissing={setMissing} />
      <p role="status" className="text-small text-ink-soft sm:text-center">
        {picture !== null && picture === missing ? 'This picture does not come.' : 'How it looks'}
      </p>
    </div>
  )
}
