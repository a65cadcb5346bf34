import type { DeployPart } from '../report/schema.ts'
import { goBackTo } from './checkout.ts'
import type { Ground } from './ground.ts'
import type { Release } from './releases.ts'
import { writeStackEnv } from './stack-files.ts'
import { readRange, replaceSlots, replaceWorkers } from './stack-steps.ts'

export type Rollback = DeployPart['rollback']

export const NOT_NEEDED: Rollback = { decision: 'not-needed', because: 'Nothing that runs was touched.' }

/** Asked before anything is touched: whether the older build can live with the database as it is now. */
export async function mayGoBack(ground: Ground, previous: Release): Promise<Rollback | undefined> {
  const { oldest } = await readRange(ground)
  if (oldest === null || previous.head >= oldest) return undefined
  return {
    decision: 'refused-by-schema',
    because: `${previous.tag} ends at migration ${previous.head}, and the database can only be lived with from ${oldest} on. Next: mend what is wrong and deploy that, or restore the backup of before (docs/DEPLOY.md).`,
  }
}

/** What ran before runs again, slot by slot. The database stays as it is. */
export async function goBack(
  ground: Ground,
  previous: Release,
  told: (line: string) => void,
): Promise<Rollback> {
  const refused = await mayGoBack(ground, previous)
  if (refused) return refused
  await restoreFiles(ground, previous)
  await replaceSlots(ground, told)
  await replaceWorkers(ground)
  return { decision: 'done', because: `${previous.tag} runs again.` }
}

/** The checkout and `.env` say again what runs. */
export async function restoreFiles(ground: Ground, previous: Release): Promise<void> {
  await goBackTo(ground, previous.commit)
  await writeStackEnv(ground, previous.tag)
}
