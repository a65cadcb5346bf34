import { sql } from 'kysely'
import type { Db } from './database.ts'
import { isReachable } from './open.ts'

/** Whether the database answers, and how long ago a worker was last seen: undefined where none ever was. */
export type Pulse = { isReachable: boolean; workerSilentSeconds: number | undefined }

/** A worker looks after each queue every 20 s or so, whether there is work or not, and the queue's row keeps when. */
export async function takePulse(db: Db): Promise<Pulse> {
  try {
    const { rows } = await LAST_TENDED.execute(db)
    return { isReachable: true, workerSilentSeconds: rows[0]?.seconds ?? undefined }
  } catch {
    // The queue may not be installed yet, and the database well all the same.
    return { isReachable: await isReachable(db), workerSilentSeconds: undefined }
  }
}

const LAST_TENDED = sql<{ seconds: number | null }>`
  select extract(epoch from now() - max(greatest(monitor_claim_on, monitor_on, maintain_on)))::float8 as seconds
  from pgboss.queue`
