import { z } from 'zod'
import { ROLES } from '../roles.ts'
import { id, instant } from './atoms.ts'

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
