import type { Ground } from './ground.ts'
import { type Release, writeReleases } from './releases.ts'
import { goBack, NOT_NEEDED, type Part, restoreFiles, type Rollback } from './rollback.ts'
import { findContainers, readLastMigration, STORES } from './stack-steps.ts'

/** Beside what runs: what only lies there, and what is written down. */
export type Touched = Part | 'files' | 'releases'

/** How far it came. A part is added before it is touched. */
export type Fallen = {
  /** As they stood at the beginning; the first is what ran. */
  releases: readonly Release[]
  touched: ReadonlySet<Touched>
  /** As they were before anything was touched. */
  stores: string | undefined
  lastMigration: string | null
}

/** Whatever becomes of it, the failure that led here stays the one that is told. */
export async function recover(ground: Ground, mayRollBack: boolean, fallen: Fallen): Promise<Rollback> {
  const { releases, touched } = fallen
  const [previous] = releases
  if (!previous)
    return { decision: 'failed', because: 'Nothing ran here before, so there is nothing to go back to.' }
  if (touched.size === 0) return NOT_NEEDED
  try {
    const parts = await replacedParts(ground, fallen)
    if (parts.size === 0) {
      await restoreFiles(ground, previous)
      return NOT_NEEDED
    }
    if (!mayRollBack) return { decision: 'switched-off', because: '--no-rollback was given.' }
    const rollback = await ground.progress.step('rollback', (onLine) =>
      goBack(ground, previous, parts, onLine),
    )
    if (touched.has('releases') && rollback.decision === 'done') await writeReleases(ground, releases)
    return rollback
  } catch (error) {
    return { decision: 'failed', because: error instanceof Error ? error.message : String(error) }
  }
}

/** Stores that are as they should be are not replaced, and a migration may fail before it has changed anything. */
async function replacedParts(ground: Ground, { touched, stores, lastMigration }: Fallen): Promise<Set<Part>> {
  const parts = new Set<Part>()
  for (const part of touched) if (part !== 'files' && part !== 'releases') parts.add(part)
  if (parts.has('stores') && (await isStill(findContainers(ground, STORES), stores))) parts.delete('stores')
  if (parts.has('schema') && (await isStill(readLastMigration(ground), lastMigration))) parts.delete('schema')
  return parts
}

/** What does not say what it is now may have become something else. */
const isStill = async <T>(asked: Promise<T>, before: T): Promise<boolean> => {
  const now = await asked.catch(() => NOT_KNOWN)
  return now === before
}
const NOT_KNOWN = Symbol('not known')
