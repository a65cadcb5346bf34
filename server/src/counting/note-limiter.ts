import { randomUUID } from 'node:crypto'
import { recordAudit } from '@latchkey/db/audit'
import type { Db } from '@latchkey/db/database'
import type { Logger } from 'pino'

/** Each process remembers what it saw of the store that counts first. Nobody waits for it, and nothing depends on it. */
export function noteLimiter(db: Db, log: Logger, isAway: boolean): void {
  const origin = { ip: null, userAgent: null, requestId: `limiter-${randomUUID()}` }
  const action = isAway ? 'limiter.degraded' : 'limiter.restored'
  recordAudit(db, origin, { action, actorId: null }).catch((error: unknown) =>
    log.warn({ err: error }, 'that Redis went or came back could not be remembered'),
  )
}
