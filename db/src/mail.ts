import { makeBoss } from './boss.ts'
import { env } from './config/env.ts'
import type { Db } from './database.ts'
import { openDb } from './open.ts'
import { countMailJobs, listMailStates, redriveMail } from './undelivered.ts'

/** An operator asks how the mail is, or has another try at what was given up. Never shows a letter or an address. */
const USAGE = ['usage: npm run mail -- status', '       npm run mail -- redrive'].join('\n')

const ORDERS = new Map<string, (db: Db) => Promise<string[]>>([
  ['status', tellStatus],
  ['redrive', redrive],
])

async function tellStatus(db: Db): Promise<string[]> {
  const { due, putOff, dead } = await countMailJobs(db)
  const states = await listMailStates(db)
  const lines = states.map(
    ({ status, letters, oldest }) =>
      `${status.padEnd(8)} ${String(letters).padStart(7)}   the oldest is ${toldAge(oldest)} old`,
  )
  return [
    ...(lines.length > 0 ? lines : ['no letters']),
    `in the queue: ${due} due, ${putOff} put off after a refusal, ${dead} given up (dead letters)`,
    ...(dead > 0 ? ['Next: see to the cause, then npm run mail -- redrive'] : []),
  ]
}

async function redrive(db: Db): Promise<string[]> {
  const boss = makeBoss(env, { role: 'sends', url: env.JOBS_DATABASE_URL, onError: () => {} })
  try {
    const letters = await redriveMail(db, boss)
    return [`letters that are tried again: ${letters}`]
  } finally {
    await boss.stop({ graceful: false })
  }
}

function toldAge(since: Date): string {
  const minutes = Math.round((Date.now() - since.getTime()) / 60_000)
  return minutes < 120 ? `${minutes} min` : `${Math.round(minutes / 60)} h`
}

const order = process.argv.length === 3 ? ORDERS.get(process.argv[2] ?? '') : undefined
if (!order) {
  process.stderr.write(`${USAGE}\n`)
  process.exit(2)
}
const db = openDb(env, { url: env.JOBS_DATABASE_URL, as: 'migrate' })
try {
  for (const line of await order(db)) process.stdout.write(`${line}\n`)
} catch (error) {
  process.stderr.write(`mail: ${error instanceof Error ? error.message || String(error) : String(error)}\n`)
  process.exitCode = 1
} finally {
  await db.destroy()
}
