import type { MailStatus } from '@latchkey/db/tables/email-outbox'
import type { LetterFate } from '@latchkey/shared/schemas/by-mail'
import type { Ctx } from '../context.ts'
import { findAskedLetter } from './auth.queries.ts'

const FATES: Record<MailStatus, LetterFate['state']> = {
  queued: 'underWay',
  kept: 'sent',
  sent: 'sent',
  bounced: 'returned',
  // Another one took its place, which says that there was something to confirm.
  dropped: 'sent',
  failed: 'returned',
}

/**
 * Of the letter that this browser's registration or change of address caused, whichever that was: each causes one, so its
 * fate says nothing about whether the address was free.
 */
export async function letterFate(ctx: Ctx, { email }: { email: string }): Promise<LetterFate> {
  const askedBy = ctx.device.hash
  const letter = askedBy && (await findAskedLetter(ctx.db, { askedBy, email }))
  return { state: letter ? FATES[letter.status] : 'unknown' }
}
