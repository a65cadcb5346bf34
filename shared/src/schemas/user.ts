import { z } from 'zod'
import { ROLES } from '../roles.ts'
import { avatarUrl, bio, displayName, id, instant } from './atoms.ts'

/** The signed-in person, as they may see themselves. */
export const me = z
  .strictObject({
    id,
    email: z.string(),
    isEmailVerified: z.boolean(),
    displayName: z.string().nullable(),
    avatarUrl: z.string().nullable(),
    bio: z.string().nullable(),
    roles: z.array(z.enum(ROLES)),
    createdAt: instant,
    lastLoginAt: instant.nullable(),
  })
  .meta({ id: 'Me' })
export type Me = z.infer<typeof me>

/** What is left out stays; null and a blank text take it away. */
export const updateProfileInput = z
  .strictObject({
    displayName: displayName.nullable().optional(),
    avatarUrl: avatarUrl.nullable().optional(),
    bio: bio.nullable().optional(),
  })
  .meta({ id: 'ProfilePatch' })
export type UpdateProfileInput = z.output<typeof updateProfileInput>

/** Whether letters to the address at hand come back. */
export const mailbox = z.strictObject({ returnedAt: instant.nullable() })
