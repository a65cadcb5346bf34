import type { Me, UpdateProfileInput } from '@latchkey/shared/schemas/user'

type ProfileEntered = Record<(typeof FIELDS)[number], string>
export type ProfileSent = Record<(typeof FIELDS)[number], string | null>
const FIELDS = ['displayName', 'avatarUrl', 'bio'] as const

export const enteredOf = ({ displayName, avatarUrl, bio }: Me): ProfileEntered => ({
  displayName: displayName ?? '',
  avatarUrl: avatarUrl ?? '',
  bio: bio ?? '',
})

/** What is the same is not sent: another tab may be changing it. */
export const changesOf = (user: Me, profile: ProfileSent): UpdateProfileInput =>
  Object.fromEntries(FIELDS.filter((key) => profile[key] !== user[key]).map((key) => [key, profile[key]]))
