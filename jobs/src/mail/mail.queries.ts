import type { Db } from '@latchkey/db/database'
import { isOver, now } from '@latchkey/db/sql'
import type { OutboxRow } from '@latchkey/db/tables/email-outbox'

export type QueuedMail = NonNullable<Awaited<ReturnType<typeof findQueuedMail>>>

/** With what is known of the link in it. */
export const findQueuedMail = (db: Db, id: string) =>
  db
    .selectFrom('emailOutbox as mail')
    .leftJoin('oneTimeTokens as token', 'token.id', 'mail.tokenId')
    .select([
      'mail.id',
      'mail.letter',
      'mail.body',
      'mail.toAddress',
      'mail.userId',
      'mail.requestId',
      'mail.createdAt',
      'mail.tokenId',
      'token.id as foundTokenId',
      'token.consumedAt',
      isOver('token.expires_at').as('isOver'),
    ])
    .where('mail.id', '=', id)
    .where('mail.status', '=', 'queued')
    .executeTakeFirst()

type Change = Pick<OutboxRow, 'status'> & Partial<Pick<OutboxRow, 'body' | 'lastError' | 'providerMessageId'>>

/** Nothing happens to one that somebody else has dealt with meanwhile; says whether it was us. */
export async function settleMail(db: Db, id: string, change: Change): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('emailOutbox')
    .set({ ...change, ...(change.status === 'sent' && { sentAt: now }) })
    .where('id', '=', id)
    .where('status', '=', 'queued')
    .executeTakeFirstOrThrow()
  return numUpdatedRows > 0n
}

/** Counts a try that failed. */
export const noteFailure = (db: Db, id: string, lastError: string) =>
  db
    .updateTable('emailOutbox')
    .set(({ eb }) => ({ attempts: eb('attempts', '+', 1), lastError }))
    .where('id', '=', id)
    .where('status', '=', 'queued')
    .returning(['id', 'attempts', 'letter', 'userId', 'requestId'])
    .executeTakeFirst()
