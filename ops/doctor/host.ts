import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type Check, partsOf } from '../checks/verdict.ts'
import { composeVersion, engineVersion } from '../commands/docker.ts'
import { freeDiskOf, isThere, listFolder } from '../commands/files.ts'
import { ConnectionFailed } from '../deeds/connection-failed.ts'
import { openRemoteShell } from '../deeds/remote-shell.ts'
import type { Command, Ran, Run } from '../deeds/run.ts'
import { serverIn } from '../deploy/engine.ts'
import { Advice } from '../launch/advice.mjs'
import type { Settings } from '../settings.ts'
import { lockCheck } from './lock.ts'
import { diskCheck, LEAST, PATIENCE_MS, versionCheck } from './machine.ts'

/** Of the machine that is deployed to, in the order in which they are asked. */
export const ON_HOST = ['engine there', 'compose there', 'disk there', 'backup', 'lock'] as const
type OnHost = (typeof ON_HOST)[number]

/** The machine that is deployed to, over SSH, or here, where this is the one. */
export async function hostChecks(settings: Settings, run: Run): Promise<Check[]> {
  const { DEPLOY_HOST: host, DEPLOY_PATH: place } = settings
  if (host !== undefined) return overThere(settings, host, run)
  return existsSync(join(place, 'state'))
    ? askHost(place, run)
    : unasked('is on the machine that is deployed to: DEPLOY_HOST')
}

async function overThere(settings: Settings, host: string, run: Run): Promise<Check[]> {
  const { DEPLOY_SSH_PORT: port, DEPLOY_SSH_USER: user, DEPLOY_SSH_KEY_FILE: keyFile } = settings
  if (keyFile === undefined) return unasked('needs the key to sign in with: DEPLOY_SSH_KEY_FILE')
  try {
    await using shell = await openRemoteShell(
      { host, port, user, keyFile, hostKey: settings.DEPLOY_HOST_KEY },
      run,
    )
    const reached = await shell.reach()
    return reached.ok ? await askHost(settings.DEPLOY_PATH, shell.run) : notLetIn(reached.failure)
  } catch (error) {
    if (error instanceof Advice) return notLetIn(error)
    throw error
  }
}

/** That nobody answers has been said by the line about ssh; why somebody is not let in stands where the lock would. */
const notLetIn = (failure: Advice): Check[] =>
  failure instanceof ConnectionFailed && failure.why === 'unreachable'
    ? unasked(partsOf(failure).says)
    : [...unasked('nobody is let in there').slice(0, -1), failed('lock', failure)]

const unasked = (says: string): Check[] => ON_HOST.map((name) => ({ name, verdict: 'not-checked', says }))
const failed = (name: OnHost, advice: Advice): Check => ({ name, verdict: 'fail', ...partsOf(advice) })

async function askHost(place: string, run: Run): Promise<Check[]> {
  const ask = (command: Command): Promise<Ran> => run(command, { timeoutMs: PATIENCE_MS })
  const isDeployed = (await ask(isThere(`${place}/state`))).code === 0
  const checks: Check[] = []
  for (const name of ON_HOST)
    checks.push(await ASKING[name]({ place, isDeployed, run, ask }).catch(toCheck(name)))
  return checks
}

type Host = { place: string; isDeployed: boolean; run: Run; ask(command: Command): Promise<Ran> }
const NOBODY_YET = 'nobody has deployed there yet'

const ASKING: Record<OnHost, (host: Host) => Promise<Check>> = {
  'engine there': async ({ ask }) =>
    versionCheck('engine there', serverIn((await ask(engineVersion())).stdout), {
      least: LEAST.docker,
      verdict: 'fail',
      next: 'install Docker there, and let the account of the deploy use it',
    }),
  'compose there': async ({ ask }) =>
    versionCheck('compose there', saidBy(await ask(composeVersion())), {
      least: LEAST.compose,
      verdict: 'fail',
      next: 'install the compose plugin there',
    }),
  async 'disk there'({ place, isDeployed, ask }) {
    const bytes = freeIn(await ask(freeDiskOf(isDeployed ? place : '/')))
    if (bytes !== undefined) return diskCheck('disk there', bytes)
    return { name: 'disk there', verdict: 'not-checked', says: `df does not tell of ${place}` }
  },
  backup: async ({ place, isDeployed, ask }) =>
    isDeployed
      ? backupCheck(await ask(listFolder(`${place}/state/backups`)))
      : { name: 'backup', verdict: 'not-checked', says: NOBODY_YET },
  lock: async ({ place, isDeployed, run }) =>
    isDeployed ? lockCheck(place, run) : { name: 'lock', verdict: 'pass', says: NOBODY_YET },
}

/** What one question breaks on says nothing of the others. */
const toCheck =
  (name: OnHost) =>
  (error: unknown): Check => {
    if (error instanceof ConnectionFailed) return { name, verdict: 'not-checked', says: partsOf(error).says }
    if (error instanceof Advice) return failed(name, error)
    throw error
  }

const saidBy = ({ code, stdout }: Ran): string | null => (code === 0 ? stdout : null)

/** Of `df -P -k`: kilobytes that are free, in the fourth column. */
function freeIn({ code, stdout }: Ran): number | undefined {
  const free = Number(stdout.trim().split('\n')[1]?.split(/\s+/)[3] ?? NaN)
  return code === 0 && Number.isFinite(free) ? free * 1024 : undefined
}

const DAY_MS = 86_400_000
/** Every update makes one before it touches the database. */
const OLDEST_DAYS = 7

function backupCheck({ stdout }: Ran): Check {
  const times = stdout.split('\n').flatMap((name) => timeIn(name) ?? [])
  const next = 'npm run deploy: each update makes one first'
  if (times.length === 0) return { name: 'backup', verdict: 'warn', says: 'there is none', next }
  const days = Math.floor((Date.now() - Math.max(...times)) / DAY_MS)
  const says = `the last one is ${days === 1 ? '1 day' : `${days} days`} old`
  return days <= OLDEST_DAYS
    ? { name: 'backup', verdict: 'pass', says }
    : { name: 'backup', verdict: 'warn', says, next }
}

/** As a deploy names them: `latchkey-20261122T005000Z.dump`. */
function timeIn(name: string): number | undefined {
  const [, ...parts] = /-(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z\.dump$/.exec(name) ?? []
  const [year, month, day, hour, minute, second] = parts
  return year === undefined ? undefined : Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`)
}
