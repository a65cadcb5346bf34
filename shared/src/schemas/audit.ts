import { z } from 'zod'
import { instant, text } from './atoms.ts'

/** As text, so that JSON does not round it; 18 digits fit the database's 64 bits whatever they are. */
const eventId = text(18).regex(/^[1-9]\d{0,17}$/, 'This is not the id of an event.')

export const auditInput = z
  .strictObject({ before: eventId.optional(), limit: z.coerce.number().int().min(1).max(100).default(20) })
  .meta({ id: 'AuditQuery' })

export const ownEvent = z
  .strictObject({
    id: z.string(),
    action: z.string(),
    client: z.string(),
    ipMasked: z.string().nullable(),
    at: instant,
  })
  .meta({ id: 'AuditEvent' })
export type OwnEvent = z.infer<typeof ownEvent>

export const auditPage = z
  .strictObject({ events: z.array(ownEvent), next: z.string().nullable() })
  .meta({ id: 'AuditPage' })
