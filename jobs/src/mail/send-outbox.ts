import { keepWritten, openLetter, sealWritten } from '@latchkey/db/outbox'
import type { WrittenLetter } from '@latchkey/shared/letters'
import { isSynthetic } from '@latchkey/shared/synthetic'
import type { Task } from '../jobs.ts'
import { writeLetter } from '../letters/letters.ts'
import { endUndelivered } from './end-undelivered.ts'
import { findQueuedMail, type QueuedMail, settleMail } from './mail.queries.ts'
import { codesOf, refusalIn } from './refusal.ts'
import type { Smtp } from './smtp.ts'

/** Opens the row, writes the letter and gives it to the mail server. One that was dealt with is left alone. */
export async function sendOutbox(task: Task, { outboxId }: { outboxId: string }): Promise<void> {
  const { env, db, box, log, smtp } = task
  const row = await findQueuedMail(db, outboxId)
  if (!row) return log.info({ outbox_id: outboxId }, 'nothing to send any more')
  const because = whatIsOverWith(row)
  if (because) return drop(task, row, because)
  const written = writeLetter(row.letter, openLetter(box, row), env)
  const stays = whyItStays(task, row)
  if (smtp && !stays) return send({ ...task, smtp }, row, written)
  await keepWritten(db, box, { id: row.id, written })
  log.info({ outbox_id: row.id, letter: row.letter }, `${stays}: kept in the outbox`)
}

/** A check of the live product reads its letters where they are kept, and no mail server has to bounce them. */
function whyItStays({ smtp }: Task, { toAddress }: QueuedMail): string | undefined {
  if (isSynthetic(toAddress)) return 'it is for somebody who is no person'
  return smtp ? undefined : 'no mail server is configured'
}

/** The mail server was away: nothing is held against the letter. */
export class ServerAway extends Error {
  constructor(cause: unknown) {
    super('the mail server is away', { cause })
    this.name = 'ServerAway'
  }
}

/** Nobody is sent a link that no longer opens anything. */
function whatIsOverWith({ tokenId, foundTokenId, consumedAt, isOver }: QueuedMail): Over | undefined {
  if (tokenId === null) return undefined
  if (consumedAt) return 'used'
  return foundTokenId === null || isOver ? 'expired' : undefined
}
type Over = 'used' | 'expired'

async function send(task: Task & { smtp: Smtp }, row: QueuedMail, written: WrittenLetter): Promise<void> {
  const { id, letter, toAddress: to, createdAt } = row
  let providerMessageId: string | null
  try {
    providerMessageId = await task.smtp.send({ id, to, createdAt, written })
  } catch (error) {
    return refused(task, row, error)
  }
  const body = task.env.ENV === 'local' ? sealWritten(task.box, { id, written }) : null
  await settleMail(task.db, id, { status: 'sent', body, providerMessageId, lastError: null })
  task.log.info({ outbox_id: id, letter }, 'sent')
}

/** Where the answer does not say whether it was the letter or the server, the server is asked. */
async function refused(task: Task, row: QueuedMail, error: unknown): Promise<void> {
  const refusal = refusalIn(error)
  if (refusal === 'for good') return bounce(task, row, error)
  if (refusal === 'unclear' && !(await task.gate.check())) throw new ServerAway(error)
  throw error
}

async function bounce({ db, log }: Task, row: QueuedMail, error: unknown): Promise<void> {
  await endUndelivered(db, row, { status: 'bounced', lastError: codesOf(error) })
  log.warn({ outbox_id: row.id, letter: row.letter, err: error }, 'the mail server will not have it')
}

async function drop({ db, log }: Task, row: QueuedMail, because: Over): Promise<void> {
  await endUndelivered(db, row, { status: 'dropped', because })
  log.info({ outbox_id: row.id, letter: row.letter, because }, 'dropped: its link is over')
}
