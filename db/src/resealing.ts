import type { NotNull } from 'kysely'
import type { Db } from './database.ts'
import { sealContext } from './outbox.ts'
import { SealBroken, type SecretBox } from './secret-box.ts'
import { keyVersionOf } from './sql.ts'

/** `broken` are rows that do not open with any key that we have, each with the reason. */
export type Resealed = { resealed: number; broken: { id: string; reason: string }[] }
type Sealed = { id: string; body: string }

const BEFORE_ALL = '00000000-0000-0000-0000-000000000000'
const AT_ONCE = 500

/** Puts the bodies in the outbox under the current key, beside the work that goes on. Harmless to repeat. */
export async function resealMail(db: Db, box: SecretBox): Promise<Resealed> {
  const done: Resealed = { resealed: 0, broken: [] }
  for (let after: string | undefined = BEFORE_ALL; after !== undefined;) {
    const rows = await listOtherwiseSealed(db, { current: box.current, after })
    for (const row of rows) await resealOne(db, box, { row, done })
    after = rows.at(-1)?.id
  }
  return done
}

const listOtherwiseSealed = (db: Db, { current, after }: { current: string; after: string }) =>
  db
    .selectFrom('emailOutbox')
    .select(['id', 'body'])
    .where('body', 'is not', null)
    .where(keyVersionOf('body'), '!=', current)
    .where('id', '>', after)
    .orderBy('id')
    .limit(AT_ONCE)
    .$narrowType<{ body: NotNull }>()
    .execute()

/** A body that the worker wrote meanwhile stays as it wrote it. */
async function resealOne(
  db: Db,
  box: SecretBox,
  { row, done }: { row: Sealed; done: Resealed },
): Promise<void> {
  try {
    const body = box.reseal(row.body, sealContext(row.id))
    const { numUpdatedRows } = await db
      .updateTable('emailOutbox')
      .set({ body })
      .where('id', '=', row.id)
      .where('body', '=', row.body)
      .executeTakeFirstOrThrow()
    done.resealed += Number(numUpdatedRows)
  } catch (error) {
    if (!(error instanceof SealBroken)) throw error
    done.broken.push({ id: row.id, reason: error.message })
  }
}

/** How many bodies are sealed with which key. */
export const countSealed = (db: Db) =>
  db
    .selectFrom('emailOutbox')
    .select((eb) => [keyVersionOf('body').as('key'), eb.fn.countAll<string>().as('letters')])
    .where('body', 'is not', null)
    .groupBy('key')
    .orderBy('key')
    .execute()
