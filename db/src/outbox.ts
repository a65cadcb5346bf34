import { randomUUID } from 'node:crypto'
import {
  LETTERS,
  type LetterName,
  type LetterParams,
  URGENCIES,
  URGENCY,
  writtenLetter,
  type WrittenLetter,
} from '@latchkey/shared/letters'
import { type Boss, sendIn } from './boss.ts'
import { compiledWrite } from './compiled.ts'
import type { Db, Trx } from './database.ts'
import type { SecretBox } from './secret-box.ts'
import type { OutboxRow } from './tables/email-outbox.ts'

/** What posting a letter needs; the server's context is one. */
export type Mailroom = { box: SecretBox; boss: Boss; requestId: string }

export type Letter<N extends LetterName> = {
  letter: N
  params: LetterParams<N>
  to: string
  userId: string | null
  /** Of the link in it: nobody is sent one that is used or over. */
  tokenId?: string | null
  /** The browser that may ask what became of the letter. */
  askedBy?: Buffer | null
}

/** A sealed row and a job that carries only its id, both in the act's transaction. */
export const enqueueMail = <N extends LetterName>(
  trx: Trx,
  mailroom: Mailroom,
  letter: Letter<N>,
): Promise<void> => enqueueMailIf(trx, mailroom, { ...letter, isOwed: true })

/** The same work and the same statements where nobody is owed a letter, and nobody may notice: the job finds no row. */
export async function enqueueMailIf<N extends LetterName>(
  trx: Trx,
  { box, boss, requestId }: Mailroom,
  { letter, params, to, userId, tokenId = null, askedBy = null, isOwed }: Letter<N> & { isOwed: boolean },
): Promise<void> {
  const id = randomUUID()
  const body = box.seal(JSON.stringify(LETTERS[letter].parse(params)), sealContext(id))
  await insertMail(trx, { id, letter, body, toAddress: to, userId, requestId, tokenId, askedBy, isOwed })
  await sendIn(trx, boss, {
    name: 'email.send',
    payload: { outboxId: id, requestId },
    priority: URGENCY[URGENCIES[letter]],
  })
}

/** Waits for as much as a letter does. */
export async function enqueueNoMail(trx: Trx, { boss, requestId }: Mailroom): Promise<void> {
  await sendIn(trx, boss, { name: 'email.send', payload: { outboxId: randomUUID(), requestId } })
}

type NewMail = Pick<
  OutboxRow,
  'id' | 'letter' | 'body' | 'toAddress' | 'userId' | 'requestId' | 'tokenId' | 'askedBy'
> & { isOwed: boolean }

const insertMail = compiledWrite((db, mail: NewMail) =>
  db
    .insertInto('emailOutbox')
    .columns(['id', 'letter', 'body', 'toAddress', 'userId', 'requestId', 'tokenId', 'askedBy'])
    .expression((eb) =>
      db
        .selectNoFrom([
          eb.cast<string>(eb.val(mail.id), 'uuid').as('id'),
          eb.val(mail.letter).as('letter'),
          eb.val(mail.body).as('body'),
          eb.val(mail.toAddress).as('toAddress'),
          eb.cast<string | null>(eb.val(mail.userId), 'uuid').as('userId'),
          eb.val(mail.requestId).as('requestId'),
          eb.cast<string | null>(eb.val(mail.tokenId), 'uuid').as('tokenId'),
          eb.cast<Buffer | null>(eb.val(mail.askedBy), 'bytea').as('askedBy'),
        ])
        .where(eb.cast<boolean>(eb.val(mail.isOwed), 'boolean')),
    ),
)

/** Opens what a queued row holds, checked against the letter's own schema. */
export function openLetter(box: SecretBox, row: Pick<OutboxRow, 'id' | 'letter' | 'body'>): unknown {
  if (row.body === null) throw new Error(`mail ${row.id} has no body any more`)
  return LETTERS[row.letter].parse(JSON.parse(box.open(row.body, sealContext(row.id))))
}

/** A written letter as its row holds it, for the local inbox. */
export const sealWritten = (
  box: SecretBox,
  { id, written }: { id: string; written: WrittenLetter },
): string => box.seal(JSON.stringify(written), sealContext(id))

/** No mail server is configured: the written letter stays in its row, sealed, for the local inbox. */
export async function keepWritten(
  db: Db,
  box: SecretBox,
  mail: { id: string; written: WrittenLetter },
): Promise<void> {
  await db
    .updateTable('emailOutbox')
    .set({ status: 'kept', body: sealWritten(box, mail) })
    .where('id', '=', mail.id)
    .where('status', '=', 'queued')
    .execute()
}

export type KeptMail = WrittenLetter & { id: string; to: string; createdAt: Date; sentAt: Date | null }

/** Newest first, and those that left as well where their bodies stay. Only the local inbox asks. */
export async function listKeptMail(db: Db, box: SecretBox, limit: number): Promise<KeptMail[]> {
  const rows = await db
    .selectFrom('emailOutbox')
    .select(['id', 'toAddress', 'body', 'createdAt', 'sentAt'])
    .where('status', 'in', ['kept', 'sent'])
    .where('body', 'is not', null)
    .orderBy('createdAt', 'desc')
    .orderBy('id', 'desc')
    .limit(limit)
    .execute()
  return rows.map(({ id, toAddress, body, createdAt, sentAt }) => ({
    id,
    to: toAddress,
    ...writtenLetter.parse(JSON.parse(box.open(body ?? '', sealContext(id)))),
    createdAt,
    sentAt,
  }))
}

/** A body that is put into another row does not open there. */
export const sealContext = (id: string): string => `email_outbox:${id}`
