import { makeBoss } from '@latchkey/db/boss'
import { enqueueMail, type Letter } from '@latchkey/db/outbox'
import { openDb } from '@latchkey/db/open'
import { openSecretBox } from '@latchkey/db/secret-box'
import type { LetterName } from '@latchkey/shared/letters'
import { env } from '../src/config/env.ts'

/** `post-letters.ts 20000` posts so many that nobody waits for, as acts do; `post-letters.ts reset` one that somebody does. */
const BATCH = 500
const ordinary = (nth: number): Letter<'account-restored'> => ({
  letter: 'account-restored',
  params: { name: null },
  to: `bulk-${nth}@example.com`,
  userId: null,
})
const reset: Letter<'reset-password'> = {
  letter: 'reset-password',
  params: { name: null, token: 'a', code: 'ABC234' },
  to: 'waiting@example.com',
  userId: null,
}

const db = openDb(env, { url: env.DATABASE_URL, as: 'test' })
const boss = makeBoss(env, { role: 'sends', url: env.DATABASE_URL, onError: () => {} })
const mailroom = { box: openSecretBox(env), boss, requestId: 'bench-0001' }
const post = <N extends LetterName>(letters: Letter<N>[]) =>
  db.transaction().execute(async (trx) => {
    for (const letter of letters) await enqueueMail(trx, mailroom, letter)
  })

const wanted = process.argv[2]
if (wanted === 'reset') await post([reset])
else
  for (let nth = 0; nth < Number(wanted); nth += BATCH)
    await post(Array.from({ length: Math.min(BATCH, Number(wanted) - nth) }, (_, one) => ordinary(nth + one)))
await boss.stop({ graceful: false })
await db.destroy()
