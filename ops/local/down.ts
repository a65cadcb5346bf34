import { findRunning } from './claim.ts'
import { runCommand } from './command.ts'
import { say } from './say.ts'
import { readSettings } from './settings.ts'
import { sleep } from './sleep.ts'

/** `npm stop`: ends, from any other terminal, what runs here. */
await runCommand(async (stop) => {
  const { dataDir } = readSettings(process.env)
  const running = findRunning(dataDir)
  if (running === undefined) return say('Nothing runs here.')
  process.kill(Number(running.pid), 'SIGTERM')
  while (findRunning(dataDir)?.pid === running.pid) await sleep(50, undefined, { signal: stop })
  say(`Stopped what ran at ${running.note['url']}.`)
})
