import { recordAudit } from '@latchkey/db/audit'
import type { Db } from '@latchkey/db/database'
import type { OutboxRow } from '@latchkey/db/tables/email-outbox'
import { settleMail } from './mail.queries.ts'

type End =
  { status: 'bounced'; lastError: string } | { status: 'dropped'; because: string } | { status: 'failed' }

const REMEMBERED = { bounced: 'mail.bounced', dropped: 'mail.dropped', failed: 'mail.failed' } as const

/** A letter that will not arrive: its row says so, and the audit remembers it. What may be tried again keeps its body. */
export async function endUndelivered(
  db: Db,
  { id, letter, userId, requestId }: Pick<OutboxRow, 'id' | 'letter' | 'userId' | 'requestId'>,
  end: End,
): Promise<void> {
  await db.transaction().execute(async (trx) => {
    const { status, ...facts } = end
    const change = {
      status,
      ...(status !== 'failed' && { body: null }),
      ...('lastError' in facts && { lastError: facts.lastError }),
    }
    if (!(await settleMail(trx, id, change))) return
    const because = 'because' in facts ? { because: facts.because } : {}
    await recordAudit(
      trx,
      { ip: null, userAgent: null, requestId },
      { action: REMEMBERED[status], actorId: null, targetId: userId, metadata: { letter, ...because } },
    )
  })
}
