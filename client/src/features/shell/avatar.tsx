import type { Me } from '@latchkey/shared/schemas/user'
import { useState } from 'react'
import { initialsOf } from '../../lib/person.ts'

/** Stands beside the name, so it has nothing to say of its own. A picture that does not come gives way to initials. */
export function Avatar({ user }: { user: Me }) {
  const [missing, setMissing] = useState<string>()
  if (user.avatarUrl === null || user.avatarUrl === missing) {
    return (
      <span
        aria-hidden="true"
        className={`${LOOK} grid place-items-center bg-door text-small font-bold text-door-ink`}
      >
        {initialsOf(user)}
      </span>
    )
  }
  return (
    <img
      src={user.avatarUrl}
      alt=""
      referrerPolicy="no-referrer"
      onError={() => setMissing(user.avatarUrl ?? undefined)}
      className={`${LOOK} object-cover`}
    />
  )
}

const LOOK = 'size-9 shrink-0 rounded-round outline-2 -outline-offset-2 outline-brass'
