import { z } from 'zod'
import { instant } from './atoms.ts'

/** snake_case here and nowhere else: probes rely on these names. */
export const healthOutput = z
  .strictObject({
    ok: z.boolean(),
    service: z.literal('server'),
    db_ok: z.boolean(),
    /** Null where there is none. The service works without it: the database counts then. */
    redis_ok: z.boolean().nullable(),
    /** Null where no worker was ever seen. Nobody is served worse at once without one, so `ok` does not hang on it. */
    jobs_ok: z.boolean().nullable(),
    status: z.enum(['ok', 'unavailable']),
    timestamp: instant,
    version: z.string(),
  })
  .meta({ id: 'Health' })
export type Health = z.infer<typeof healthOutput>
