import type { DeployPart } from '../report/schema.ts'
import { type Backup, backUp, hasData } from './backup.ts'
import { checkOut } from './checkout.ts'
import { ensureSecrets } from './first-secrets.ts'
import { type Ground, StepFailed } from './ground.ts'
import { pruneReleases } from './prune.ts'
import { recordTries } from './real-certificates.ts'
import { readReleases, recordRelease, type Release, tagOf } from './releases.ts'
import { goBack, NOT_NEEDED, restoreFiles, type Rollback } from './rollback.ts'
import { writeEdge, writeStackEnv } from './stack-files.ts'
import {
  buildImage,
  migrate,
  readLastMigration,
  replaceSlots,
  replaceWorkers,
  startStores,
  startTheRest,
} from './stack-steps.ts'
import { type Keep, runSuites } from './suites.ts'
import { watch } from './watch.ts'

/** What a deploy is told besides its settings. */
export type UpdateWish = {
  watchSeconds: number
  mayRollBack: boolean
  edgeFiles: readonly { path: string; text: string }[]
  /** Names that Traefik will ask real certificates for as soon as it has these files. */
  toCertify: readonly string[]
  secrets: Readonly<Record<string, string>>
  /** Where what the suites say is kept; without it they are not run. */
  keepTests: Keep | undefined
  /** Asks the live product; false is a failure like any other. */
  isGood(): Promise<{ ok: boolean; because: string }>
  /** The same in one question, again and again for as long as it is watched. */
  isWell(): Promise<{ ok: boolean; because: string }>
}

/** What came of it. `failure` names the cause. */
export type Updated = {
  release: Release | undefined
  previous: Release | undefined
  backup: Backup | undefined
  migrations: DeployPart['migrations']
  rollback: Rollback
  failure: Error | undefined
}

/** From the pushed branch to a product that answers, or back to the one that did. */
export async function update(steady: Ground, wish: UpdateWish): Promise<Updated> {
  const { step } = steady.progress
  const ground = stoppable(steady)
  const [previous] = await readReleases(ground)
  const so: Updated = {
    release: undefined,
    previous,
    backup: undefined,
    migrations: { before: null, after: null },
    rollback: NOT_NEEDED,
    failure: undefined,
  }
  let isTouched = false
  try {
    const commit = await step('checkout', () => checkOut(ground))
    const tag = tagOf(commit)
    await step('settings', () => writeStackEnv(ground, tag))
    await step('edge files', async () => {
      await recordTries(ground, wish.toCertify)
      await writeEdge(ground, wish.edgeFiles)
    })
    await step('secrets', () => ensureSecrets(ground, wish.secrets))
    await step('image', (onLine) => buildImage(ground, tag, onLine))
    if (wish.keepTests) await step('tests', (onLine) => runSuites(ground, tag, wish.keepTests!, onLine))
    await step('database', () => startStores(ground))
    if (previous || (await hasData(ground))) {
      so.backup = await step('backup', () => backUp(ground))
      so.migrations.before = await readLastMigration(ground)
    }
    const { head, live } = await step('migration', (onLine) => migrate(ground, onLine))
    so.migrations.after = live
    isTouched = true
    await step('servers', (onLine) => replaceSlots(ground, onLine))
    await step('worker', () => replaceWorkers(ground))
    await step('edge', () => startTheRest(ground))
    await step('watch', (onLine) => watch(ground, { ...wish, seconds: wish.watchSeconds }, onLine))
    await step('questions', () => requireGood(wish))
    so.release = { commit, tag, head, at: new Date().toISOString() }
    const kept = await step('record', () => recordRelease(ground, so.release!))
    await step('old images', () => pruneReleases(ground, kept))
  } catch (error) {
    so.failure = steady.stop.aborted ? STOPPED() : asError(error)
    so.rollback = await recover(steady, wish, { previous, isTouched })
  }
  return so
}

/** What it has under way ends when somebody wants it to; the way back does not. */
const stoppable = (ground: Ground): Ground => ({
  ...ground,
  run: (command, options) => ground.run(command, { ...options, signal: ground.stop }),
})
const STOPPED = () => new StepFailed('It was stopped before its end.', '')
const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)))

async function requireGood({ isGood }: UpdateWish): Promise<void> {
  const { ok, because } = await isGood()
  if (!ok) throw new StepFailed(because, '')
}

type Fallen = { previous: Release | undefined; isTouched: boolean }

/** Whatever becomes of it, the failure that led here stays the one that is told. */
async function recover(
  ground: Ground,
  { mayRollBack }: UpdateWish,
  { previous, isTouched }: Fallen,
): Promise<Rollback> {
  if (!previous)
    return { decision: 'failed', because: 'Nothing ran here before, so there is nothing to go back to.' }
  try {
    if (!isTouched) {
      await restoreFiles(ground, previous)
      return NOT_NEEDED
    }
    if (!mayRollBack) return { decision: 'switched-off', because: '--no-rollback was given.' }
    return await ground.progress.step('rollback', (onLine) => goBack(ground, previous, onLine))
  } catch (error) {
    return { decision: 'failed', because: error instanceof Error ? error.message : String(error) }
  }
}
