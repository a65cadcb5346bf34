import { env } from './config/env.ts'
import { openDb } from './open.ts'
import { countSealed, resealMail } from './resealing.ts'
import { openSecretBox } from './secret-box.ts'

/** After a change of keys: everything that is sealed gets the current one. Ends with 1 while any other is needed. */
const say = (line: string) => process.stdout.write(`${line}\n`)

const db = openDb(env, { url: env.JOBS_DATABASE_URL, as: 'migrate' })
try {
  const { resealed, broken } = await resealMail(db, openSecretBox(env))
  say(`resealed with ${env.ENCRYPTION_KEY_CURRENT}: ${resealed}`)
  for (const { id, reason } of broken) say(`not resealed: letter ${id}: ${reason}`)
  const sealed = await countSealed(db)
  for (const { key, letters } of sealed) say(`sealed with ${key}: ${letters}`)
  if (sealed.some(({ key }) => key !== env.ENCRYPTION_KEY_CURRENT)) {
    say('Keep the other keys, see to what stands above, and run this again.')
    process.exitCode = 1
  }
} catch (error) {
  process.stderr.write(`reseal: ${error instanceof Error ? error.message || String(error) : String(error)}\n`)
  process.exitCode = 1
} finally {
  await db.destroy()
}
