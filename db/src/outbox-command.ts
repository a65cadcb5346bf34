import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { isSynthetic } from '@latchkey/shared/synthetic'
import { env } from './config/env.ts'
import { openDb } from './open.ts'
import { listShelvedMail, type ShelvedMail } from './outbox-shelf.ts'
import { jsonOf, letterOf, tableOf } from './outbox-words.ts'
import { openSecretBox } from './secret-box.ts'

/** The local inbox in a terminal. */
const USAGE = [
  'usage: npm run outbox                    the newest letters, with a number each',
  '       npm run outbox -- --show N        one of them, with its link and its code; N, or the beginning of its id',
  '       npm run outbox -- --follow        new ones as they come, until Ctrl-C',
  '       npm run outbox -- --to EMAIL         the newest to one address',
  '       npm run outbox -- --json          any of these as JSON; --limit 50 for more than 20',
].join('\n')

type Wanted = {
  limit: number
  show: string | undefined
  follow: boolean
  json: boolean
  to: string | undefined
}
type Shelf = () => Promise<ShelvedMail[]>
const LOOK_EVERY_MS = 1000

function readWanted(): Wanted | undefined {
  try {
    const { values } = parseArgs({
      options: {
        show: { type: 'string' },
        follow: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        limit: { type: 'string', default: '20' },
        to: { type: 'string' },
      },
    })
    const limit = Number(values.limit)
    if (!Number.isInteger(limit) || limit < 1 || limit > 1000) return undefined
    if (values.follow && values.show !== undefined) return undefined
    return { ...values, show: values.show, to: values.to?.trim().toLowerCase(), limit }
  } catch {
    return undefined
  }
}

const say = (words: string) => process.stdout.write(`${words}\n`)
const asJson = (value: unknown) => JSON.stringify(value, null, 2)

async function list(shelf: Shelf, { json }: Wanted): Promise<void> {
  const mails = await shelf()
  if (json) say(asJson(mails.map(jsonOf)))
  else say(mails.length > 0 ? tableOf(mails) : `No letter yet. Register somebody: ${env.PUBLIC_URL}/register`)
}

async function show(shelf: Shelf, { show = '', json }: Wanted): Promise<void> {
  const mails = await shelf()
  const mail = /^\d{1,4}$/.test(show) ? mails[Number(show) - 1] : mails.find(({ id }) => id.startsWith(show))
  if (!mail) throw new Error(`there is no letter ${show}; npm run outbox lists those that there are`)
  say(json ? asJson(jsonOf(mail)) : letterOf(mail))
}

/** Each once it is written; one that still waits at the second look is told too, and again when it has moved on. */
async function follow(shelf: Shelf, { json }: Wanted): Promise<void> {
  const told = new Map((await shelf()).map(({ id, state }) => [id, state]))
  const stop = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => stop.abort())
  if (!json) say('New letters appear here as they come. Ctrl-C ends it.\n')
  while (!stop.signal.aborted) {
    for (const mail of (await shelf()).reverse()) {
      const { id, state } = mail
      const before = told.get(id)
      if (before === state) continue
      told.set(id, state === 'queued' && before === undefined ? 'seen' : state)
      if (told.get(id) !== 'seen') say(json ? JSON.stringify(jsonOf(mail)) : letterOf(mail))
    }
    await sleep(LOOK_EVERY_MS, undefined, { signal: stop.signal }).catch(() => undefined)
  }
}

async function carryOut(wanted: Wanted): Promise<void> {
  if (env.ENV !== 'local' && !(wanted.to && isSynthetic(wanted.to)))
    throw new Error(`letters can be read here with ENV=local only, and this is ENV=${env.ENV}`)
  const db = openDb(env, { url: env.DATABASE_URL, as: 'migrate' })
  const box = openSecretBox(env)
  try {
    const deed = wanted.follow ? follow : wanted.show === undefined ? list : show
    await deed(() => listShelvedMail(db, box, wanted), wanted)
  } finally {
    await db.destroy()
  }
}

const wanted = readWanted()
if (!wanted) {
  process.stderr.write(`${USAGE}\n`)
  process.exit(2)
}
await carryOut(wanted).catch((error: unknown) => {
  process.stderr.write(`outbox: ${reasonOf(error)}\n`)
  process.exitCode = 1
})

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const noTable = 'code' in error && error.code === '42P01'
  return noTable
    ? 'there is no database to look into yet; npm start makes it'
    : error.message || String(error)
}
