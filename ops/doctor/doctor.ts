import type { Source } from '@latchkey/shared/env'
import { type Check, partsOf } from '../checks/verdict.ts'
import type { Run } from '../deeds/run.ts'
import { readDeployEnv } from '../deploy-env.ts'
import { memoryFileOf, openMemory } from '../deploy/memory.ts'
import { Advice } from '../launch/advice.mjs'
import type { Settings } from '../settings.ts'
import { clockCheck } from './clock.ts'
import { hostChecks, ON_HOST } from './host.ts'
import { machineChecks } from './machine.ts'
import { placeChecks, type World } from './place.ts'

export type Patient = { root: string; settings: string; environment: Source; run: Run; world: World }

/** What stands between here and a deploy, a line each. Asks, and changes nothing. */
export async function doctor({ root, settings, environment, run, world }: Patient): Promise<Check[]> {
  const machine = await machineChecks(run, root)
  const read = readDeployEnv(environment, settings)
  if (!read.ok) {
    const says = `${read.problems.length} of them cannot be used: ${read.problems[0]}`
    return [...machine, { name: 'settings', verdict: 'fail', says, next: 'npm run preflight' }, ...UNASKED]
  }
  const whole = await withMemory(read.settings, memoryFileOf(settings))
  if (whole instanceof Advice)
    return [...machine, { name: 'settings', verdict: 'fail', ...partsOf(whole) }, ...UNASKED]
  return [
    ...machine,
    {
      name: 'settings',
      verdict: 'pass',
      says: `a deploy to ${whole.WEBSITE_DOMAIN}, ENV=${whole.ENV}`,
    },
    await clockCheck(whole.DO_API_URL),
    ...(await placeChecks(whole, world)),
    ...(await hostChecks(whole, run)),
  ]
}

/** Where the droplet is and how it proves itself is known from the last deploy, where the settings do not say. */
async function withMemory(settings: Settings, file: string): Promise<Settings | Advice> {
  try {
    const { known } = await openMemory(file)
    const { DEPLOY_HOST = known.address, DEPLOY_HOST_KEY = known.hostKey } = settings
    return { ...settings, DEPLOY_HOST, DEPLOY_HOST_KEY }
  } catch (error) {
    if (error instanceof Advice) return error
    throw error
  }
}

/** Nobody knows where, as long as the settings do not say. */
const UNASKED: readonly Check[] = ['clock', 'DNS', 'ssh', 'http', 'https', 'certificate', ...ON_HOST].map(
  (name) => ({
    name,
    verdict: 'not-checked',
    says: 'the settings come first',
  }),
)
