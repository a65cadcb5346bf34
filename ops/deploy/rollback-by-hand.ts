import { type Ground, StepFailed } from './ground.ts'
import { readReleases, recordRelease } from './releases.ts'
import { goBack, NOT_NEEDED } from './rollback.ts'
import type { Updated } from './update.ts'

/** `--rollback`: what ran before runs again, if the database lets it. */
export async function rollBackByHand(ground: Ground): Promise<Updated> {
  const { step } = ground.progress
  const so: Updated = {
    release: undefined,
    previous: undefined,
    backup: undefined,
    migrations: { before: null, after: null },
    rollback: NOT_NEEDED,
    failure: undefined,
  }
  try {
    const [current, before] = await readReleases(ground)
    if (!current || !before) throw new StepFailed('Nothing ran here before what runs now.', '')
    so.previous = current
    so.rollback = await step('rollback', (onLine) => goBack(ground, before, onLine))
    if (so.rollback.decision !== 'done') throw new StepFailed(so.rollback.because, '')
    so.release = { ...before, at: new Date().toISOString() }
    await step('record', () => recordRelease(ground, { ...before, at: new Date().toISOString() }))
  } catch (error) {
    so.failure = error instanceof Error ? error : new Error(String(error))
  }
  return so
}
