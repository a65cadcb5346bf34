import { keepWritten, openLetter } from '@latchkey/db/outbox'
import type { Task } from '../jobs.ts'
import { writeLetter } from '../letters/letters.ts'
import { findQueuedMail } from './mail.queries.ts'

/** Opens the row, writes the letter and, as no mail server is configured, keeps it for the local inbox. Harmless to repeat. */
export async function sendOutbox(
  { env, db, box, log }: Task,
  { outboxId }: { outboxId: string },
): Promise<void> {
  const row = await findQueuedMail(db, outboxId)
  if (!row) return log.info({ outbox_id: outboxId }, 'nothing to send any more')
  const written = writeLetter(row.letter, openLetter(box, row), env)
  await keepWritten(db, box, { id: row.id, written })
  log.info({ outbox_id: outboxId, letter: row.letter }, 'no mail server is configured: kept in the outbox')
}
