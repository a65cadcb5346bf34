import { makeFolder } from '../commands/files.ts'
import { takeDeployLock } from '../deeds/deploy-lock.ts'
import type { RemoteShell } from '../deeds/remote-shell.ts'
import type { Run } from '../deeds/run.ts'
import { readSecrets } from './first-secrets.ts'
import type { Ground } from './ground.ts'
import type { Means } from './means.ts'
import { operatorOf } from './operator.ts'
import type { Place } from './place.ts'
import type { Progress } from './progress.ts'
import type { DeploySettings } from './read-settings.ts'
import { targetOf } from './target.ts'
import type { Given } from './tool.ts'

/** What every run has in its hands. */
export type Bound = {
  given: Given
  read: DeploySettings
  means: Means
  progress: Progress
  stop: AbortSignal
  hide: Ground['hide']
}

/** Signed in, in the folder of the checkout, and with the lock: whoever breaks it deploys from then on, and we do nothing more. */
export async function onDroplet<T>(
  place: Place,
  { given, read, means, progress, stop, hide }: Bound,
  deed: (ground: Ground) => Promise<T>,
): Promise<T> {
  const { DEPLOY_PATH: cwd } = read.settings
  await using shell = await means.openShell(targetOf(read, place.address, means.memory.known))
  await progress.step('sign-in', () => reach(shell, cwd))
  const there: Run = (command, options) => shell.run(command, { cwd, ...options })
  await using lock = await takeDeployLock(
    { run: there, path: `${cwd}/state/lock` },
    await asker(given, place, means),
    { breaks: given['break-lock'] },
  )
  const run: Run = (command, { signal, ...options } = {}) =>
    there(command, { ...options, signal: signal ? AbortSignal.any([lock.lost, signal]) : lock.lost })
  const ground: Ground = { ...read, run, progress, typedHost: given['typed-host'], stop, hide }
  hide(await readSecrets(ground))
  return await deed(ground)
}

async function reach(shell: RemoteShell, place: string): Promise<void> {
  const reached = await shell.reach()
  if (!reached.ok) throw reached.failure
  await shell.run(makeFolder(place, '0755'), { cwd: '/' })
}

async function asker(given: Given, { mode }: Place, { here }: Means) {
  const { stdout } = await here(['git', 'rev-parse', '--short', 'HEAD'])
  const version = stdout.trim() || 'unknown'
  return { ...operatorOf(given), version, mode }
}
