import type { Me } from '@latchkey/shared/schemas/user'
import { useState } from 'react'
import { initialsOf } from '../lib/person.ts'
import { classNames } from './class-names.ts'

type AvatarProps = {
  user: Pick<Me, 'avatarUrl' | 'displayName' | 'email'>
  size?: keyof typeof SIZES
  onMissing?: (url: string) => void
}

/** Stands beside the name, so it has nothing to say of its own. A picture that does not come gives way to initials. */
export function Avatar({ user, size = 'small', onMissing }: AvatarProps) {
  const [missing, setMissing] = useState<string>()
  const { avatarUrl } = user
  const look = classNames(LOOK, SIZES[size])
  if (avatarUrl === null || avatarUrl === missing) {
    return (
      <span
        aria-hidden="true"
        className={classNames(look, 'grid place-items-center bg-door font-bold text-door-ink')}
      >
        {initialsOf(user)}
      </span>
    )
  }

  function giveWay(url: string) {
    setMissing(url)
    onMissing?.(url)
  }
  return (
    <img
      src={avatarUrl}
      alt=""
      referrerPolicy="no-referrer"
      onError={() => giveWay(avatarUrl)}
      className={classNames(look, 'object-cover')}
    />
  )
}

const LOOK = 'shrink-0 rounded-round outline-2 -outline-offset-2 outline-brass'
const SIZES = { small: 'size-9 text-small', large: 'size-16 text-heading' }
