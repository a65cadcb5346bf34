import type { Hands } from '../probes/hands.ts'
import { Unusable } from '../unusable.ts'
import { type EdgeParts, edgePartsOf, jobsHostOf } from './edge-settings.ts'
import type { DeploySettings } from './read-settings.ts'
import { type Given, TOOL } from './tool.ts'
import type { UpdateWish } from './update.ts'

/** What is wanted, seen to be possible before anything is done. */
export type Wish = {
  edge: EdgeParts
  update: Omit<UpdateWish, 'isGood' | 'isWell' | 'keepTests' | 'toCertify'>
  may: May
  runsTests: boolean
}
type May = Pick<Hands, 'mayEnqueue' | 'mayReachLimits' | 'jobsHost'> & { mayReachLimits: boolean }

const WATCH_SECONDS = 300

export function wishOf(given: Given, { settings }: DeploySettings): Wish {
  const edge = edgePartsOf(settings, given['typed-host'])
  const wantsAll = given['all-tests']
  refuseTwoModes(given)
  return {
    edge,
    update: {
      watchSeconds: Number(given.watch ?? WATCH_SECONDS),
      mayRollBack: !given['no-rollback'],
      edgeFiles: edge.files,
      secrets: edge.secrets,
    },
    may: {
      mayEnqueue: given['check-jobs'] || wantsAll,
      mayReachLimits: wantsAll,
      jobsHost: jobsHostOf(settings),
    },
    runsTests: given['run-tests'] || wantsAll,
  }
}

/** Each of them says what the whole run is. */
const MODES = ['full', 'update-only', 'rollback'] as const

function refuseTwoModes(given: Given): void {
  const asked = MODES.filter((mode) => given[mode]).map((mode) => `--${mode}`)
  if (asked.length > 1)
    throw new Unusable(
      `${asked.join(' and ')} say ${asked.length} different things.`,
      `Next: ${TOOL.usage} --help`,
    )
}
