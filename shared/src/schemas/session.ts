import { z } from 'zod'
import { id, instant } from './atoms.ts'

/** A sign-in, as its owner recognises it. The id is the family's: it signs nobody in. */
export const ownSession = z
  .strictObject({
    id,
    client: z.string(),
    ipMasked: z.string().nullable(),
    createdAt: instant,
    lastSeenAt: instant,
    current: z.boolean(),
  })
  .meta({ id: 'Session' })
export type OwnSession = z.infer<typeof ownSession>

export const sessionList = z.strictObject({ sessions: z.array(ownSession) }).meta({ id: 'Sessions' })
export const revokeInput = z.strictObject({ id }).meta({ id: 'RevokeRequest' })
export const revoked = z.strictObject({ revoked: z.number().int() }).meta({ id: 'Revoked' })
