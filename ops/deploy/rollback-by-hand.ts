import { goBackTo } from './checkout.ts'
import { type Ground, StepFailed } from './ground.ts'
import { bringSettingsBack, keep } from './kept.ts'
import { readReleases, recordRelease, type Release, writeReleases } from './releases.ts'
import { mayGoBack, NOT_NEEDED, type Parts, restoreFiles, type Rollback, startAgain } from './rollback.ts'
import type { Updated } from './update.ts'

/** The edge stays as it is: its certificates and who may pass its guards are matters of today. */
const PARTS: Parts = new Set(['stores', 'slots', 'worker'])

/** `--rollback`: what ran before runs again, if the database lets it. What stops half-way is brought back to what ran. */
export async function rollBackByHand(
  ground: Ground,
  { mayRollBack }: { mayRollBack: boolean },
): Promise<Updated> {
  const { step } = ground.progress
  const releases = await readReleases(ground)
  const [current, before] = releases
  const so: Updated = {
    release: undefined,
    previous: current,
    backup: undefined,
    migrations: { before: null, after: null },
    rollback: NOT_NEEDED,
    failure: undefined,
  }
  if (!current || !before)
    return { ...so, failure: new StepFailed('Nothing ran here before what runs now.', '') }
  let isTouched = false
  try {
    await step('kept aside', () => keep(ground, current, 'once'))
    so.rollback = await step('rollback', async (onLine): Promise<Rollback> => {
      const refused = await mayGoBack(ground, before)
      if (refused) return refused
      isTouched = true
      await goBackTo(ground, before.commit)
      await bringSettingsBack(ground, before)
      await startAgain(ground, PARTS, onLine)
      return { decision: 'done', because: `${before.tag} runs again, with what it ran with.` }
    })
    if (so.rollback.decision !== 'done') throw new StepFailed(so.rollback.because, '')
    const release = { ...before, at: new Date().toISOString() }
    await step('record', async () => {
      await keep(ground, release, 'anew')
      await recordRelease(ground, release)
    })
    so.release = release
  } catch (error) {
    so.failure = error instanceof Error ? error : new Error(String(error))
    if (isTouched) so.rollback = await stayWith(ground, releases, { current, before, mayRollBack })
  }
  return so
}

type Both = { current: Release; before: Release; mayRollBack: boolean }

async function stayWith(
  ground: Ground,
  releases: readonly Release[],
  { current, before, mayRollBack }: Both,
): Promise<Rollback> {
  const told = (because: string): Rollback => ({
    decision: 'failed',
    because: `${before.tag} does not run again${because}.`,
  })
  if (!mayRollBack) return told(', and --no-rollback was given: it is left as it is')
  try {
    await ground.progress.step('back again', async (onLine) => {
      await restoreFiles(ground, current)
      await startAgain(ground, PARTS, onLine)
      await writeReleases(ground, releases)
    })
    return told(`: ${current.tag} does, as it did`)
  } catch (error) {
    const because = error instanceof Error ? error.message.split('\n')[0] : String(error)
    return told(`, and ${current.tag} could not be brought back either: ${because}`)
  }
}
