import { hostname, userInfo } from 'node:os'
import { BASE, openRunFolder, type RunFolder } from '../artifacts.ts'
import { makeFolder } from '../commands/files.ts'
import { takeDeployLock } from '../deeds/deploy-lock.ts'
import { type Planned, shownPlanned } from '../deeds/recorder.ts'
import type { RemoteShell } from '../deeds/remote-shell.ts'
import type { Run } from '../deeds/run.ts'
import { Advice } from '../launch/advice.mjs'
import { secretsOf } from '../settings.ts'
import type { Trip } from '../probes/probe.ts'
import { openSite, type Site } from '../probes/site.ts'
import { smoke } from '../probes/smoke.ts'
import type { Report } from '../report/schema.ts'
import { openScrubber, type Scrubber } from '../scrub.ts'
import { readMachine } from '../verify/this-machine.ts'
import { verify } from '../verify/story.ts'
import { lineOf } from '../verify/words.ts'
import { deployPartOf, failureOf } from './deploy-part.ts'
import { type EdgeParts, edgePartsOf, jobsHostOf } from './edge-settings.ts'
import type { Ground } from './ground.ts'
import { openDryMeans } from './dry-run.ts'
import { type Means, openMeans } from './means.ts'
import type { Memory } from './memory.ts'
import { type Around, findPlace, type Place } from './place.ts'
import { refuseUnfit } from './preflight.ts'
import type { Progress } from './progress.ts'
import type { DeploySettings } from './read-settings.ts'
import { refuseUnpushed } from './refuse-unpushed.ts'
import { handsOn, rehearseQuestions, reportUnasked } from './report.ts'
import { rollBackByHand } from './rollback-by-hand.ts'
import type { Keep } from './suites.ts'
import { targetOf } from './target.ts'
import { type Given, TOOL } from './tool.ts'
import { update, type Updated, type UpdateWish } from './update.ts'

export type Deployed = { report: Report; folder: RunFolder; scrubber: Scrubber; failure: unknown }
type About = {
  startedAt: Date
  mode: Report['mode']
  strict: boolean
  commit: null
  signWith: string | undefined
}

/** A deploy from its settings to its report. What keeps it from reaching the droplet is in the report as well. */
export async function deploy(
  given: Given,
  read: DeploySettings,
  progress: Progress,
  stop: AbortSignal,
): Promise<Deployed> {
  const { settings } = read
  const edge = edgePartsOf(settings, given['typed-host'])
  const scrubber = scrubberOf(settings, edge)
  const about: About = {
    startedAt: new Date(),
    mode: modeOf(given),
    strict: given.strict,
    commit: null,
    signWith: settings.DEPLOY_SSH_KEY_FILE,
  }
  const openFolder = (host: string) =>
    openRunFolder({ base: BASE, host, timestamped: given.timestamped, scrubber })
  let folder: RunFolder | undefined
  try {
    const means = await openMeans(read, (planned) => progress.command(shownPlanned(planned)))
    const place = await placeOf(given, read, { means, progress }, stop)
    about.mode = place.mode
    folder = await openFolder(place.address)
    const report = await deployTo(place, { given, read, edge, means, folder, progress, stop, about })
    return { report, folder, scrubber, failure: undefined }
  } catch (failure) {
    if (!(failure instanceof Advice)) throw failure
    folder ??= await openFolder(settings.WEBSITE_DOMAIN)
    return { report: await reportFailure(folder, failure, read, about), folder, scrubber, failure }
  }
}

/** --dry-run: the same story, with means that change nothing. Answers every command that it would take. */
export async function rehearse(
  given: Given,
  read: DeploySettings,
  progress: Progress,
  stop: AbortSignal,
): Promise<Planned[]> {
  const edge = edgePartsOf(read.settings, given['typed-host'])
  const planned: Planned[] = []
  const means = await openDryMeans(read, edge, (one) => {
    planned.push(one)
    progress.command(shownPlanned(one))
  })
  const place = await placeOf(given, read, { means, progress }, stop)
  await onDroplet(place, { given, read, means, progress, stop }, async (ground) => {
    const so = await storyOf(given, ground, { ...wishOf(given, edge, IN_PEACE), watchSeconds: 0 })
    if (!so.failure)
      return progress.step('questions to all of it', () =>
        rehearseQuestions(handsOn(ground.run, mayOf(given, read, so))),
      )
    throw new Advice(so.failure.message, 'Next: the same without --dry-run would end here as well.')
  })
  return planned
}

async function placeOf(
  given: Given,
  read: DeploySettings,
  around: Around,
  stop: AbortSignal,
): Promise<Place> {
  if (!given.rollback) refuseUnfit(given, read, around.progress)
  if (!given.rollback) await refuseUnpushed(read.settings.DO_APP_BRANCH, around.means.here)
  return unlessStopped(stop, findPlace(given, read, around))
}

type Bound = { given: Given; read: DeploySettings; means: Means; progress: Progress; stop: AbortSignal }
type Kept = { edge: EdgeParts; folder: RunFolder; about: About }

function deployTo(place: Place, bound: Bound & Kept): Promise<Report> {
  const { given, read, edge, means, folder, progress, stop, about } = bound
  return onDroplet(place, bound, async (ground) => {
    const site = siteOf(read, place.address)
    const so = await storyOf(
      given,
      ground,
      wishOf(given, edge, { isGood: () => isGood(site), keep: folder.write }),
    )
    const tookMs = Date.now() - about.startedAt.getTime()
    return verify({
      ...{ site, folder, stop, hasEdge: true },
      hands: handsOn(ground.run, mayOf(given, read, so)),
      about: {
        ...about,
        commit: so.release?.commit ?? so.previous?.commit ?? null,
        durations: await durationsOf(means.memory, place, tookMs, so),
        failures: failureOf(so),
        deploy: partOf(so, read, { place, progress, edge }),
      },
      told: (name, block) => progress.note(lineOf(name, block)),
    }).finally(() => site.close())
  })
}

/** Questions that leave something behind are asked where all is well, or where somebody wants them. */
const mayOf = (given: Given, { settings }: DeploySettings, so: Updated) => ({
  mayWrite: so.failure === undefined,
  mayEnqueue: given['check-jobs'] || given['all-tests'],
  mayReachLimits: given['all-tests'],
  jobsHost: jobsHostOf(settings),
})

const storyOf = (given: Given, ground: Ground, wish: UpdateWish): Promise<Updated> =>
  given.rollback ? rollBackByHand(ground) : update(ground, wish)

/** Signed in, in the folder of the checkout, and with the lock: whoever breaks it deploys from then on, and we do nothing more. */
async function onDroplet<T>(
  place: Place,
  { given, read, means, progress, stop }: Bound,
  deed: (ground: Ground) => Promise<T>,
): Promise<T> {
  const { DEPLOY_PATH: cwd } = read.settings
  await using shell = await means.openShell(targetOf(read, place.address, means.memory.known))
  await progress.step('sign-in', () => reach(shell, cwd))
  const there: Run = (command, options) => shell.run(command, { cwd, ...options })
  await using lock = await takeDeployLock(
    { run: there, path: `${cwd}/state/lock` },
    await asker(given, place, means),
    { breaks: given['break-lock'] },
  )
  const run: Run = (command, { signal, ...options } = {}) =>
    there(command, { ...options, signal: signal ? AbortSignal.any([lock.lost, signal]) : lock.lost })
  return await deed({ ...read, run, progress, typedHost: given['typed-host'], stop })
}

/** What the cloud is doing meanwhile it goes on doing, and the next run finds it. */
function unlessStopped<T>(stop: AbortSignal, deed: Promise<T>): Promise<T> {
  const stopped = new Promise<never>((_, refuse) =>
    stop.addEventListener('abort', () => refuse(new Advice('It was stopped before its end.', AGAIN)), {
      once: true,
    }),
  )
  return Promise.race([deed, stopped])
}
const AGAIN = 'Next: run the same again: what is made already is found again.'

/** R33: what this one took, beside what the last one of the other kind took. */
async function durationsOf(memory: Memory, { address, mode, waitedMs }: Place, tookMs: number, so: Updated) {
  const ms = tookMs - waitedMs
  if (so.failure === undefined && mode !== 'rollback')
    await memory.remember({ address, ...(mode === 'full' ? { fullMs: ms } : { updateOnlyMs: ms }) })
  const { fullMs, updateOnlyMs } = memory.known
  const savedPercent = fullMs && updateOnlyMs ? Math.round((1 - updateOnlyMs / fullMs) * 100) : null
  return { fullMs: fullMs ?? null, updateOnlyMs: updateOnlyMs ?? null, savedPercent }
}

function reportFailure(
  folder: RunFolder,
  failure: Advice,
  read: DeploySettings,
  about: About,
): Promise<Report> {
  const [because = '', ...rest] = failure.message.split('\n')
  return reportUnasked(folder, 'The deploy ended before there was anything to ask.', {
    ...about,
    site: { url: originOf(read), address: null },
    versions: { product: null, node: process.versions.node },
    failures: [{ name: 'deploy', because, next: rest.at(-1) ?? '' }],
  })
}

const modeOf = ({ rollback, full }: Given): Report['mode'] =>
  rollback ? 'rollback' : full ? 'full' : 'update-only'

async function reach(shell: RemoteShell, place: string): Promise<void> {
  const reached = await shell.reach()
  if (!reached.ok) throw reached.failure
  await shell.run(makeFolder(place, '0755'), { cwd: '/' })
}

type Asked = { isGood: UpdateWish['isGood']; keep: Keep }
const wishOf = (given: Given, edge: EdgeParts, { isGood, keep }: Asked): UpdateWish => ({
  watchSeconds: secondsOf(given.watch),
  mayRollBack: !given['no-rollback'],
  edgeFiles: edge.files,
  secrets: edge.secrets,
  keepTests: given['run-tests'] || given['all-tests'] ? keep : undefined,
  isGood,
})
const IN_PEACE: Asked = {
  isGood: () => Promise.resolve({ ok: true, because: '' }),
  keep: () => Promise.resolve(),
}

async function isGood(site: Site): Promise<{ ok: boolean; because: string }> {
  const { verdict, because } = await smoke.ask({ site: site.apart(), hasEdge: true } as Trip)
  return { ok: verdict !== 'fail', because }
}

/** Nothing of what the operator knows, whichever way it came, goes into anything that is kept. */
const scrubberOf = (settings: Settings, edge: EdgeParts): Scrubber =>
  openScrubber([...readMachine(process.env).secrets, ...secretsOf(settings), ...Object.values(edge.secrets)])

const partOf = (
  so: Updated,
  { settings }: DeploySettings,
  { place, progress, edge }: { place: Place; progress: Progress; edge: EdgeParts },
) =>
  deployPartOf(so, {
    environment: settings.ENV,
    branch: settings.DO_APP_BRANCH,
    reason: place.reason,
    steps: progress.done,
    files: edge.files.map(({ text }) => text),
  })

/** What people type. Where there is no TLS, its name leads there by itself. */
const originOf = ({ settings, processSettings }: DeploySettings): string =>
  processSettings['PUBLIC_URL'] ?? `https://${settings.WEBSITE_DOMAIN}`

function siteOf(read: DeploySettings, address: string): Site {
  const origin = originOf(read)
  const trustsAnybody = read.settings.ENV !== 'prod'
  return openSite({ origin, trustsAnybody, ...(origin.startsWith('https:') && { address }) })
}

async function asker(given: Given, { mode }: Place, { here }: Means) {
  const { stdout } = await here(['git', 'rev-parse', '--short', 'HEAD'])
  const version = stdout.trim() || 'unknown'
  return { operator: userInfo().username, host: hostname(), version, mode, message: given.message ?? '' }
}

function secondsOf(typed = '300'): number {
  if (/^\d{1,4}$/.test(typed)) return Number(typed)
  throw new Advice(`--watch ${typed} is not a number of seconds.`, `Next: ${TOOL.usage} --watch 300`)
}
