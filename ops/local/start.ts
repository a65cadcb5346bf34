import { announcementOf } from './announcement.ts'
import { ensureClientBuilt } from './client-build.ts'
import { runCommand } from './command.ts'
import { openGround } from './ground.ts'
import { givingUpOn, waitUntilHealthy } from './health.ts'
import { say, secondsSince, step } from './say.ts'
import { startServices } from './services.ts'
import { readSettings } from './settings.ts'
import { stopped } from './stop.ts'

/** `npm start`: everything that a local run needs, and nothing left when it ends. */
await runCommand(async (stop) => {
  const startedAt = Date.now()
  const settings = readSettings(process.env)
  await using opened = new AsyncDisposableStack()
  const { env } = opened.use(await openGround(settings, 'npm start', stop))
  await step('client', () => ensureClientBuilt(env, stop))
  const { server } = opened.use(await startServices({ settings, env, revive: true }))
  await step('server', () => waitUntilHealthy(settings.env, stop, givingUpOn(server)))
  say(announcementOf(settings, secondsSince(startedAt)))
  await stopped(stop)
  say('Stopping …')
})
