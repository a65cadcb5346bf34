import { join } from 'node:path'
import { ROOT } from '../launch/places.mjs'
import { announcementOf } from './announcement.ts'
import { runCommand } from './command.ts'
import { openGround } from './ground.ts'
import { waitUntilHealthy } from './health.ts'
import { refuseTakenPort } from './port.ts'
import { say, secondsSince, step } from './say.ts'
import { openServiceLog } from './service-log.ts'
import { startService } from './service.ts'
import { startServices } from './services.ts'
import { readSettings } from './settings.ts'
import { stopped } from './stop.ts'
import { watchFolders } from './watch.ts'

/** `npm run dev`: as `npm start`, with Vite in front, and a server and jobs that follow their code. */
await runCommand(async (stop) => {
  const startedAt = Date.now()
  const settings = readSettings(process.env, { PUBLIC_URL: 'http://localhost:5173' })
  const port = Number(new URL(settings.env.PUBLIC_URL).port || 80)
  await refuseTakenPort({
    host: 'localhost',
    port,
    again: (free) => `PUBLIC_URL=http://localhost:${free} npm run dev`,
  })
  await using opened = new AsyncDisposableStack()
  const { env } = opened.use(await openGround(settings, 'npm run dev', stop))
  const { server, jobs } = opened.use(await startServices({ settings, env, revive: false }))
  opened.defer(watchFolders(['shared/src', 'db/src', 'server/src'], () => server.restart()))
  opened.defer(watchFolders(['shared/src', 'db/src', 'jobs/src'], () => jobs.restart()))
  opened.use(await startVite(port))
  await step('server', () => waitUntilHealthy(settings.env, stop))
  say(announcementOf(settings, secondsSince(startedAt)))
  await stopped(stop)
  say('Stopping …')

  async function startVite(port: number) {
    const args = [
      join(ROOT, 'node_modules/vite/bin/vite.js'),
      '--port',
      String(port),
      '--strictPort',
      '--clearScreen',
      'false',
    ]
    const program = { args, cwd: join(ROOT, 'client'), env }
    return startService({
      name: 'client',
      program,
      log: await openServiceLog(settings.dataDir, 'client'),
      revive: true,
    })
  }
})
