import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type Check, partsOf } from '../checks/verdict.ts'
import { isThere } from '../commands/files.ts'
import { ConnectionFailed } from '../deeds/connection-failed.ts'
import { findLockHolder, heldBy } from '../deeds/deploy-lock.ts'
import { openRemoteShell } from '../deeds/remote-shell.ts'
import type { Run } from '../deeds/run.ts'
import { Advice } from '../launch/advice.mjs'
import type { Settings } from '../settings.ts'

/** Who holds the lock of a deploy: on the droplet, or here, where this is the machine that is deployed to. */
export async function lockCheck(settings: Settings, run: Run): Promise<Check> {
  const { DEPLOY_HOST: host, DEPLOY_PATH: place } = settings
  if (host !== undefined) return overThere(settings, host, run)
  return existsSync(join(place, 'state'))
    ? check(place, run)
    : { name: 'lock', verdict: 'not-checked', says: 'is on the machine that is deployed to: DEPLOY_HOST' }
}

async function overThere(settings: Settings, host: string, run: Run): Promise<Check> {
  const { DEPLOY_SSH_PORT: port, DEPLOY_SSH_USER: user, DEPLOY_SSH_KEY_FILE: keyFile } = settings
  if (keyFile === undefined)
    return {
      name: 'lock',
      verdict: 'not-checked',
      says: 'needs the key to sign in with: DEPLOY_SSH_KEY_FILE',
    }
  try {
    await using shell = await openRemoteShell(
      { host, port, user, keyFile, hostKey: settings.DEPLOY_HOST_KEY },
      run,
    )
    return await check(settings.DEPLOY_PATH, shell.run)
  } catch (error) {
    if (!(error instanceof Advice)) throw error
    // That nobody answers has been said by the line about ssh.
    const isNobody = error instanceof ConnectionFailed && error.why === 'unreachable'
    return {
      name: 'lock',
      ...(isNobody ? { verdict: 'not-checked' } : { verdict: 'fail' }),
      ...partsOf(error),
    }
  }
}

async function check(place: string, run: Run): Promise<Check> {
  const { code } = await run(isThere(`${place}/state`))
  if (code === 1) return { name: 'lock', verdict: 'pass', says: 'nobody has deployed there yet' }
  const lock = { run, path: `${place}/state/lock` }
  const held = await findLockHolder(lock)
  if (!held) return { name: 'lock', verdict: 'pass', says: 'nobody holds it' }
  const told = heldBy(held, lock)
  return told.isStale
    ? { name: 'lock', verdict: 'warn', ...partsOf(told) }
    : { name: 'lock', verdict: 'pass', says: partsOf(told).says }
}
