import { Advice } from '../launch/advice.mjs'
import type { Resolved } from './address.ts'
import { requireKeyFile, requireProvider } from './credentials.ts'
import { firstBoot } from './first-boot.ts'
import { makeDroplet } from './make-droplet.ts'
import type { Means } from './means.ts'
import { chooseMode, type Mode } from './mode.ts'
import type { Progress } from './progress.ts'
import type { DeploySettings } from './read-settings.ts'
import { insistOnAddress, lookForAddress } from './target.ts'
import type { Given } from './tool.ts'

/** Where a deploy goes, how it goes about it, and why. */
export type Place = {
  address: string
  mode: Mode | 'rollback'
  reason: string
  /** Spent on what the cloud does in its own time. */
  waitedMs: number
}
export type Around = { means: Means; progress: Progress }

export async function findPlace(given: Given, read: DeploySettings, around: Around): Promise<Place> {
  const { settings } = read
  const keyFile = await requireKeyFile(settings)
  const { memory, provider } = around.means
  if (given.full) requireProvider(provider)
  const resolved = await lookForAddress(given, read, { known: memory.known, provider })
  const { mode, reason } = choose(given, resolved)
  around.progress.note(`${mode}: ${reason}`)
  const startedAt = Date.now()
  if (mode !== 'full') {
    const address = insistOnAddress(resolved, around.progress)
    await firstBoot(address, settings, { ...around, keyFile })
    return { address, mode, reason, waitedMs: Date.now() - startedAt }
  }
  if (!provider) insistOnAddress(resolved, around.progress)
  const address = await makeDroplet(requireProvider(provider), settings, { ...around, keyFile })
  const named = given.host ?? settings.DEPLOY_HOST
  if (named !== undefined && named !== address)
    throw new Advice(
      `The droplet is at ${address}, and DEPLOY_HOST says ${named}.`,
      'Next: take DEPLOY_HOST away, or deploy there without --full.',
    )
  return { address, mode, reason, waitedMs: Date.now() - startedAt }
}

function choose(given: Given, resolved: Resolved): Pick<Place, 'mode' | 'reason'> {
  if (given.rollback) return { mode: 'rollback', reason: '--rollback was given' }
  const asked = { full: given.full, updateOnly: given['update-only'] }
  return chooseMode(asked, resolved.ok ? resolved.address : undefined)
}
