import type { Source } from '@latchkey/shared/env'
import type { Check } from '../checks/verdict.ts'
import type { Run } from '../deeds/run.ts'
import { readDeployEnv } from '../deploy-env.ts'
import { clockCheck } from './clock.ts'
import { lockCheck } from './lock.ts'
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
  return [
    ...machine,
    {
      name: 'settings',
      verdict: 'pass',
      says: `a deploy to ${read.settings.WEBSITE_DOMAIN}, ENV=${read.settings.ENV}`,
    },
    await clockCheck(read.settings.DO_API_URL),
    ...(await placeChecks(read.settings, world)),
    await lockCheck(read.settings, run),
  ]
}

/** Nobody knows where, as long as the settings do not say. */
const UNASKED: readonly Check[] = ['clock', 'DNS', 'ssh', 'http', 'https', 'certificate', 'lock'].map(
  (name) => ({
    name,
    verdict: 'not-checked',
    says: 'the settings come first',
  }),
)
