import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline/promises'
import { Advice } from '../launch/advice.mjs'
import { claimFolder, findRunning } from './claim.ts'
import { runCommand } from './command.ts'
import { openDataDir } from './data-dir.ts'
import { clusterOf } from './database.ts'
import { stopLeftover } from './postgres/leftover.ts'
import { say } from './say.ts'
import { readSettings } from './settings.ts'

/** What a start made, by name: DATA_DIR may be a folder with other things in it. */
const MADE = ['postgres', 'postgres.making', 'secrets.json', 'logs']

/** `npm run reset`: forgets the local data, after asking. */
await runCommand(async (stop) => {
  const { dataDir, env } = readSettings(process.env)
  refuseWhileRunning(dataDir)
  await confirm(dataDir)
  await openDataDir(dataDir)
  await using claim = await claimFolder(dataDir, env.PUBLIC_URL, stop)
  void claim
  await stopLeftover(join(clusterOf(dataDir), 'data'))
  for (const name of MADE) await rm(join(dataDir, name), { recursive: true, force: true })
  say(`Forgotten: ${MADE.join(', ')} in ${dataDir}. The next npm start begins with an empty database.`)
})

function refuseWhileRunning(dataDir: string): void {
  const running = findRunning(dataDir)
  if (running === undefined) return
  throw new Advice(
    `It is running here: ${running.note['url']} (pid ${running.pid}).`,
    `Next: end it with Ctrl-C where it runs, or: kill ${running.pid}; then npm run reset again.`,
  )
}

async function confirm(dataDir: string): Promise<void> {
  if (process.argv.includes('--yes')) return
  if (!process.stdin.isTTY)
    throw new Advice(
      'This forgets the local database, and there is no terminal to ask at.',
      'Next: npm run reset -- --yes',
    )
  const asking = createInterface({ input: process.stdin, output: process.stdout })
  const answer = await asking.question(`Forget the local database, secrets and logs in ${dataDir}? [y/N] `)
  asking.close()
  if (!/^y(es)?$/i.test(answer.trim())) throw new Advice('Nothing was changed.')
}
