import type { Generated, Selectable } from 'kysely'
import type { LetterName } from '@latchkey/shared/letters'

/**
 * `kept`: written, and left to be read in the local inbox because no mail server is configured. `bounced`: the mail server
 * will not have it. `dropped`: what it offers was over before it could leave. `failed`: given up.
 */
export type MailStatus = 'queued' | 'kept' | 'sent' | 'bounced' | 'dropped' | 'failed'

export interface EmailOutboxTable {
  id: Generated<string>
  userId: string | null
  toAddress: string
  letter: LetterName
  status: Generated<MailStatus>
  body: string | null
  attempts: Generated<number>
  lastError: string | null
  providerMessageId: string | null
  requestId: string
  /** Of the link in it. One that is used or over is not worth sending. */
  tokenId: string | null
  /** The browser that may ask what became of it. */
  askedBy: Buffer | null
  createdAt: Generated<Date>
  sentAt: Date | null
}
export type OutboxRow = Selectable<EmailOutboxTable>
