import { BASE, openRunFolder, type RunFolder } from '../artifacts.ts'
import { type Planned, shownPlanned } from '../deeds/recorder.ts'
import { adminHostOf } from '../edge/names.ts'
import { Advice } from '../launch/advice.mjs'
import type { Report } from '../report/schema.ts'
import { openScrubber, type Scrubber } from '../scrub.ts'
import { secretsOf, type Settings } from '../settings.ts'
import { verify } from '../verify/story.ts'
import { readMachine } from '../verify/this-machine.ts'
import { lineOf } from '../verify/words.ts'
import { lookAtCertificates } from './certificates.ts'
import { deployPartOf, failureOf } from './deploy-part.ts'
import { openDryMeans } from './dry-run.ts'
import { durationsOf } from './durations.ts'
import { edgeSettingsOf } from './edge-settings.ts'
import { askEngine } from './engine.ts'
import type { Ground } from './ground.ts'
import { isGood, openLiveSite } from './live-site.ts'
import { openMeans } from './means.ts'
import { type Bound, onDroplet } from './on-droplet.ts'
import { operatorOf } from './operator.ts'
import { findPlace, type Place } from './place.ts'
import { refuseUnfit } from './preflight.ts'
import { hushed, type Progress } from './progress.ts'
import type { DeploySettings } from './read-settings.ts'
import { refuseUnpushed } from './refuse-unpushed.ts'
import { type About, handsOn, rehearseQuestions, reportFailure, type Told } from './report.ts'
import { rollBackByHand } from './rollback-by-hand.ts'
import type { Given } from './tool.ts'
import { SUITE_FILES } from './suites.ts'
import { update, type Updated, type UpdateWish } from './update.ts'
import { isWell } from './watch.ts'
import type { Wish } from './wish.ts'

export type Wanted = { given: Given; read: DeploySettings; wish: Wish; progress: Progress; stop: AbortSignal }
export type Deployed = { report: Report; folder: RunFolder; scrubber: Scrubber; failure: Error | undefined }

/** A deploy from its settings to its report. What keeps it from reaching the droplet is in the report as well. */
export async function deploy({ wish, progress: spoken, ...wanted }: Wanted): Promise<Deployed> {
  const { given, read } = wanted
  const scrubber = scrubberOf(read.settings, wish)
  const progress = hushed(spoken, scrubber)
  const hide = scrubber.learn
  const told: Told = { about: aboutOf(given, read), asked: undefined }
  async function openFolder(host: string): Promise<RunFolder> {
    const opened = await openRunFolder({ base: BASE, host, timestamped: given.timestamped, scrubber })
    await opened.forget(SUITE_FILES)
    return opened
  }
  let folder: RunFolder | undefined
  try {
    const means = await openMeans(read, (planned) => progress.command(shownPlanned(planned)))
    const bound: Bound = { ...wanted, means, progress, hide }
    const place = await placeOf(bound)
    told.about.mode = place.mode
    folder = await openFolder(place.address)
    const report = await deployTo(place, bound, { wish, folder, told })
    return { report, folder, scrubber, failure: undefined }
  } catch (error) {
    const failure = firstOf(error)
    folder ??= await openFolder(read.settings.WEBSITE_DOMAIN)
    return { report: await reportFailure(folder, failure, read, told), folder, scrubber, failure }
  }
}

/** What goes wrong while things are given back comes after what went wrong first. */
function firstOf(error: unknown): Error {
  if (error instanceof SuppressedError) return firstOf(error.suppressed)
  return error instanceof Error ? error : new Error(String(error))
}

function deployTo(
  place: Place,
  bound: Bound,
  { wish, folder, told }: { wish: Wish; folder: RunFolder; told: Told },
): Promise<Report> {
  const { given, read, means, progress, stop } = bound
  return onDroplet(place, bound, async (ground, lost) => {
    const certificates = await lookAtCertificates(ground, place, given)
    const site = openLiveSite(read, place.address, certificates)
    const so = await storyOf(given, ground, {
      ...wish.update,
      toCertify: certificates.toAskFor,
      isGood: () => isGood(site),
      isWell: () => isWell(site),
      keepTests: wish.runsTests ? folder.write : undefined,
    })
    lost.throwIfAborted()
    const there = { run: ground.run, environment: read.settings.ENV }
    const tookMs = Date.now() - told.about.startedAt.getTime()
    const engine = await askEngine(ground, so)
    Object.assign(told.about, {
      commit: so.release?.commit ?? so.previous?.commit ?? null,
      durations: await durationsOf(means.memory, place, { tookMs, steps: progress.done }, so),
      failures: so.failure ? [failureOf(so.failure)] : [],
      deploy: deployPartOf(so, read, { ...place, steps: progress.done, edge: wish.edge, engine }),
    } satisfies Partial<About>)
    told.asked = await verify({
      ...{ site, folder, stop, hasEdge: true },
      adminHost: adminHostOf(edgeSettingsOf(read.settings)),
      hands: handsOn(there, { ...wish.may, mayWrite: so.failure === undefined }),
      about: told.about,
      told: (name, block) => progress.note(lineOf(name, block)),
    }).finally(() => site.close())
    return told.asked
  })
}

/** --dry-run: the same story, with means that change nothing. Answers every command that it would take. */
export async function rehearse({ wish, progress: spoken, ...wanted }: Wanted): Promise<Planned[]> {
  const { given, read } = wanted
  const scrubber = scrubberOf(read.settings, wish)
  const progress = hushed(spoken, scrubber)
  const planned: Planned[] = []
  const means = await openDryMeans(read, wish.edge, (one) => {
    planned.push(one)
    progress.command(shownPlanned(one))
  })
  const bound: Bound = { ...wanted, means, progress, hide: scrubber.learn }
  const place = await placeOf(bound)
  await onDroplet(place, bound, async (ground) => {
    const { toAskFor: toCertify } = await lookAtCertificates(ground, place, given)
    const keepTests = wish.runsTests ? () => Promise.resolve() : undefined
    const so = await storyOf(given, ground, {
      ...wish.update,
      ...{ watchSeconds: 0, isGood: assumeSo, isWell: assumeSo, keepTests, toCertify },
    })
    if (so.failure) throw new Advice(so.failure.message, 'Next: without --dry-run it would end here as well.')
    await askEngine(ground, so)
    const there = { run: ground.run, environment: read.settings.ENV }
    const hands = handsOn(there, { ...wish.may, mayWrite: true })
    await progress.step('all questions', () => rehearseQuestions(hands))
  })
  return planned
}
const assumeSo = () => Promise.resolve({ ok: true, because: '' })

/** Nothing is asked of anybody before it is clear that this can be deployed. */
async function placeOf({ given, read, means, progress, stop }: Bound): Promise<Place> {
  if (!given.rollback) {
    refuseUnfit(given, read, progress)
    await refuseUnpushed(read.settings.DO_APP_BRANCH, means.here, progress)
  }
  return unlessStopped(stop, findPlace(given, read, { means, progress }))
}

/** What the cloud is doing meanwhile it goes on doing, and the next run finds it. */
function unlessStopped<T>(stop: AbortSignal, deed: Promise<T>): Promise<T> {
  const stopped = new Promise<never>((_, refuse) => {
    const advice = new Advice(
      'It was stopped before its end.',
      'Next: run the same again: it goes on from there.',
    )
    stop.addEventListener('abort', () => refuse(advice), { once: true })
  })
  return Promise.race([deed, stopped])
}

const storyOf = (given: Given, ground: Ground, wish: UpdateWish): Promise<Updated> =>
  given.rollback ? rollBackByHand(ground, wish) : update(ground, wish)

const aboutOf = (given: Given, { settings }: DeploySettings): About => ({
  startedAt: new Date(),
  mode: given.rollback ? 'rollback' : given.full ? 'full' : 'update-only',
  strict: given.strict,
  commit: null,
  by: operatorOf(given),
  signWith: settings.DEPLOY_SSH_KEY_FILE,
})

/** Nothing of what the operator knows, whichever way it came, goes into anything that is kept. */
const scrubberOf = (settings: Settings, { edge }: Wish): Scrubber =>
  openScrubber([...readMachine(process.env).secrets, ...secretsOf(settings), ...Object.values(edge.secrets)])
