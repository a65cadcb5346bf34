import { writtenLetter, type WrittenLetter } from '@latchkey/shared/letters'
import type { Db } from './database.ts'
import { sealContext } from './outbox.ts'
import type { SecretBox } from './secret-box.ts'
import type { OutboxRow } from './tables/email-outbox.ts'

/** A letter as somebody who develops looks at it: what became of it, and its words where they are still there. */
export type ShelvedMail = {
  id: string
  to: string
  letter: string
  state: string
  createdAt: Date
  written: WrittenLetter | undefined
}

type Wanted = { limit: number; to?: string | undefined }

/** Newest first, whatever became of them. */
export async function listShelvedMail(db: Db, box: SecretBox, { limit, to }: Wanted): Promise<ShelvedMail[]> {
  const rows = await db
    .selectFrom('emailOutbox')
    .select(['id', 'toAddress', 'letter', 'status', 'createdAt', 'body'])
    .orderBy('createdAt', 'desc')
    .orderBy('id', 'desc')
    .$if(to !== undefined, (asked) => asked.where('toAddress', '=', to ?? ''))
    .limit(limit)
    .execute()
  return rows.map((row) => ({
    id: row.id,
    to: row.toAddress,
    letter: row.letter,
    state: row.status,
    createdAt: row.createdAt,
    written: wordsOf(box, row),
  }))
}

/** Before it is written a row holds a letter's facts, afterwards its words or nothing. */
function wordsOf(box: SecretBox, { id, body }: Pick<OutboxRow, 'id' | 'body'>): WrittenLetter | undefined {
  if (body === null) return undefined
  return writtenLetter.safeParse(JSON.parse(box.open(body, sealContext(id)))).data
}
