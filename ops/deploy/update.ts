import type { DeployPart } from '../report/schema.ts'
import { type Backup, backUp, hasData } from './backup.ts'
import { checkOut } from './checkout.ts'
import { ensureSecrets } from './first-secrets.ts'
import { type Ground, StepFailed } from './ground.ts'
import { keep } from './kept.ts'
import { lastWordsOf } from './last-words.ts'
import { pruneReleases } from './prune.ts'
import { recordTries } from './real-certificates.ts'
import { recover, type Touched } from './recover.ts'
import { readReleases, recordRelease, type Release, tagOf } from './releases.ts'
import { NOT_NEEDED, type Rollback } from './rollback.ts'
import { writeEdge, writeTodaysEnv } from './stack-files.ts'
import {
  buildImage,
  findContainers,
  migrate,
  readLastMigration,
  replaceSlots,
  replaceWorkers,
  SLOTS,
  startStores,
  startTheRest,
  STORES,
  WORKERS,
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
  const { step, note } = steady.progress
  const ground = stoppable(steady)
  const releases = await readReleases(ground)
  const [previous] = releases
  const so: Updated = {
    release: undefined,
    previous,
    backup: undefined,
    migrations: { before: null, after: null },
    rollback: NOT_NEEDED,
    failure: undefined,
  }
  let stores: string | undefined
  let kept: readonly Release[] = []
  const touched = new Set<Touched>()
  try {
    if (previous) await step('kept aside', () => keep(ground, previous, 'once'))
    touched.add('files')
    const commit = await step('checkout', () => checkOut(ground))
    const tag = tagOf(commit)
    // Compose reads it from here on, and nothing that runs does.
    await step('settings', () => writeTodaysEnv(ground, tag))
    // What runs has the files that it was started with, whichever lie there now.
    await step('secrets', () => ensureSecrets(ground, wish.secrets))
    await step('image', (onLine) => buildImage(ground, tag, onLine))
    if (wish.keepTests) await step('tests', (onLine) => runSuites(ground, tag, wish.keepTests!, onLine))
    if (previous) stores = await findContainers(ground, STORES)
    touched.add('stores')
    await step('database', () => startStores(ground))
    if (previous || (await hasData(ground))) {
      so.backup = await step('backup', () => backUp(ground))
      so.migrations.before = await readLastMigration(ground)
    }
    touched.add('schema')
    const { head, live } = await step('migration', (onLine) => migrate(ground, onLine))
    so.migrations.after = live
    touched.add('slots')
    await step('servers', (onLine) => replaceSlots(ground, onLine))
    touched.add('worker')
    await step('worker', () => replaceWorkers(ground))
    touched.add('edge')
    // Traefik watches them: what it is told before its turn it does at once.
    await step('edge files', async () => {
      await recordTries(ground, wish.toCertify)
      await writeEdge(ground, wish.edgeFiles)
    })
    await step('edge', () => startTheRest(ground))
    await step('watch', (onLine) => watch(ground, { ...wish, seconds: wish.watchSeconds }, onLine))
    await step('questions', () => requireGood(ground, wish))
    const release = { commit, tag, head, at: new Date().toISOString() }
    touched.add('releases')
    kept = await step('record', () => record(ground, release))
    so.release = release
  } catch (error) {
    so.failure = steady.stop.aborted ? STOPPED() : asError(error)
    const fallen = { releases, touched, stores, lastMigration: so.migrations.before }
    so.rollback = await recover(steady, wish.mayRollBack, fallen)
  }
  // From here on it is what runs, and nothing goes back.
  if (so.release)
    await step('old images', () =>
      pruneReleases(ground, kept).catch((error: unknown) =>
        note(`Not all that is old was removed: ${asError(error).message}`),
      ),
    )
  return so
}

/** What it runs with is kept first: a release that is written down can be gone back to. */
async function record(ground: Ground, release: Release): Promise<Release[]> {
  await keep(ground, release, 'anew')
  return recordRelease(ground, release)
}

/** What it has under way ends when somebody wants it to; the way back does not. */
const stoppable = (ground: Ground): Ground => ({
  ...ground,
  run: (command, options) => ground.run(command, { ...options, signal: ground.stop }),
})
const STOPPED = () => new StepFailed('It was stopped before its end.', '')
const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)))

/** What the build said meanwhile goes with it when it is replaced, so it is read before. */
async function requireGood(ground: Ground, { isGood }: UpdateWish): Promise<void> {
  const { ok, because } = await isGood()
  if (ok) return
  const words = await lastWordsOf(ground, [...SLOTS, ...WORKERS, 'traefik']).catch(() => undefined)
  throw new StepFailed(because, words?.text ?? '')
}
