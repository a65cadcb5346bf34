import { setTimeout as sleep } from 'node:timers/promises'
import { makeBoss } from '@latchkey/db/boss'
import { enqueueMail } from '@latchkey/db/outbox'
import { openSecretBox } from '@latchkey/db/secret-box'
import { openTestDb } from '@latchkey/db/test-db'
import { openDeps } from '../src/deps.ts'
import { startWork } from '../src/work.ts'

export const CANARY = 'canary-token-4f1b'

/** A worker at work on a database of its own, and a server's way of giving it something to do. */
export async function openTestWorker() {
  const town = await openTestDb()
  const deps = openDeps(town.env)
  const boss = makeBoss(town.env, { role: 'sends', url: town.env.DATABASE_URL, onError: () => {} })
  await boss.start()
  const mailroom = { box: openSecretBox(town.env), boss, requestId: 'request-0001' }
  return {
    town,
    deps,
    mailroom,
    start: () => startWork(deps),
    post: () =>
      town.db.transaction().execute((trx) =>
        enqueueMail(trx, mailroom, {
          letter: 'verify-email',
          params: { name: 'Ada', token: CANARY, code: 'ABC234' },
          to: 'ada@example.com',
          userId: null,
        }),
      ),
    async close() {
      await Promise.all([boss.stop({ graceful: false }), deps.boss.stop({ graceful: false })])
      await Promise.all([town.close(), deps.db.destroy()])
    },
  }
}

/** What a person would see sooner or later, and not later than this. */
export async function eventually<T>(look: () => Promise<T | undefined | false>): Promise<T> {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    const seen = await look()
    if (seen) return seen
    await sleep(50)
  }
  throw new Error('it did not happen within 10 s')
}
