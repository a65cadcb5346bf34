import type { DeployPart } from '../report/schema.ts'
import { goBackTo } from './checkout.ts'
import type { Ground } from './ground.ts'
import { bringAllBack } from './kept.ts'
import type { Release } from './releases.ts'
import { readRange, replaceSlots, replaceWorkers, startStores, startTheRest } from './stack-steps.ts'

export type Rollback = DeployPart['rollback']

/** What of what runs may be another by now. The schema is what the migrations have made of the database. */
export type Part = 'stores' | 'schema' | 'slots' | 'worker' | 'edge'
export type Parts = ReadonlySet<Part>

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

/** What ran before runs again, with what it ran with, slot by slot. The database stays as it is. */
export async function goBack(
  ground: Ground,
  previous: Release,
  parts: Parts,
  told: (line: string) => void,
): Promise<Rollback> {
  // An earlier run may have changed the database as well: whoever starts an older build asks.
  const asks = parts.has('schema') || parts.has('slots')
  const refused = asks ? await mayGoBack(ground, previous) : undefined
  if (refused && parts.has('slots')) return refused
  await restoreFiles(ground, previous)
  await startAgain(ground, parts, told)
  return refused ?? { decision: 'done', because: becauseOf(previous, parts) }
}

/** What is already as the files say is left alone by the engine. */
export async function startAgain(ground: Ground, parts: Parts, told: (line: string) => void): Promise<void> {
  if (parts.has('stores')) await startStores(ground)
  if (parts.has('slots')) await replaceSlots(ground, told)
  if (parts.has('worker')) await replaceWorkers(ground)
  if (parts.has('edge')) await startTheRest(ground)
}

const becauseOf = ({ tag }: Release, parts: Parts): string =>
  parts.size === 1 && parts.has('schema')
    ? `${tag} runs as before, on the database as the migration left it.`
    : `${tag} runs again, with what it ran with.`

/** The checkout, `.env` and the files of the edge say again what runs. */
export async function restoreFiles(ground: Ground, previous: Release): Promise<void> {
  await goBackTo(ground, previous.commit)
  await bringAllBack(ground, previous)
}
