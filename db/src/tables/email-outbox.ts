import type { Generated, Selectable } from 'kysely'
import type { LetterName } from '@latchkey/shared/letters'

/** `kept`: written, and left to be read in the local inbox because no mail server is configured. */
export type MailStatus = 'queued' | 'kept' | 'sent' | 'failed'

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
  createdAt: Generated<Date>
  sentAt: Date | null
}
export type OutboxRow = Selectable<EmailOutboxTable>
