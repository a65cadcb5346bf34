import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'kysely'
import { makeBoss } from '@latchkey/db/boss'
import { enqueueMail, type Letter } from '@latchkey/db/outbox'
import { openSecretBox } from '@latchkey/db/secret-box'
import { openTestDb } from '@latchkey/db/test-db'
import type { Source } from '@latchkey/shared/env'
import type { LetterName } from '@latchkey/shared/letters'
import { openDeps } from '../src/deps.ts'
import { startWork } from '../src/work.ts'

export const CANARY = 'canary-token-4f1b'

/** A worker at work on a database of its own, and a server's way of giving it something to do. */
export async function openTestWorker(settings: Source = {}) {
  const town = await openTestDb(settings)
  const deps = openDeps(town.env)
  const boss = makeBoss(town.env, { role: 'sends', url: town.env.DATABASE_URL, onError: () => {} })
  await boss.start()
  const mailroom = { box: openSecretBox(town.env), boss, requestId: 'request-0001' }
  const postOne = <N extends LetterName>(letter: Letter<N>) =>
    town.db.transaction().execute((trx) => enqueueMail(trx, mailroom, letter))
  return {
    town,
    deps,
    mailroom,
    start: () => startWork(deps),
    postOne,
    post: (to = 'ada@example.com') =>
      postOne({
        letter: 'verify-email',
        params: { name: 'Ada', token: CANARY, code: 'ABC234' },
        to,
        userId: null,
      }),
    /** As if all pauses were over. */
    hurry: () => sql`update pgboss.job set start_after = now() where state = 'retry'`.execute(town.ownerDb),
    async close() {
      deps.gate.stop()
      deps.smtp?.close()
      await Promise.all([boss.stop({ graceful: false }), deps.boss.stop({ graceful: false })])
      await Promise.all([town.close(), deps.db.destroy()])
    },
  }
}

/** What a person would see sooner or later, and not later than this. */
export async function eventually<T>(look: () => Promise<T | undefined | false>, seconds = 10): Promise<T> {
  for (let attempt = 0; attempt < seconds * 20; attempt += 1) {
    const seen = await look()
    if (seen) return seen
    await sleep(50)
  }
  throw new Error(`it did not happen within ${seconds} s`)
}
