import { hostname, userInfo } from 'node:os'
import { BASE, openRunFolder, type RunFolder } from '../artifacts.ts'
import { makeFolder } from '../commands/files.ts'
import { takeDeployLock } from '../deeds/deploy-lock.ts'
import { openRemoteShell, type RemoteShell } from '../deeds/remote-shell.ts'
import type { Target } from '../commands/ssh.ts'
import { type Run, run as runHere } from '../deeds/run.ts'
import { Secret } from '@latchkey/shared/secret'
import { Advice } from '../launch/advice.mjs'
import type { Settings } from '../settings.ts'
import { ROOT } from '../launch/places.mjs'
import type { Trip } from '../probes/probe.ts'
import { openSite, type Site } from '../probes/site.ts'
import { smoke } from '../probes/smoke.ts'
import type { Report } from '../report/schema.ts'
import { openScrubber, type Scrubber } from '../scrub.ts'
import { readMachine } from '../verify/this-machine.ts'
import { verify } from '../verify/story.ts'
import { lineOf } from '../verify/words.ts'
import { deployPartOf, failureOf } from './deploy-part.ts'
import { type EdgeParts, edgePartsOf } from './edge-settings.ts'
import type { Ground } from './ground.ts'
import { type Memory, openMemory } from './memory.ts'
import { findPlace, type Place } from './place.ts'
import type { Progress } from './progress.ts'
import type { DeploySettings } from './read-settings.ts'
import { refuseUnpushed } from './refuse-unpushed.ts'
import { handsOn, reportUnasked } from './report.ts'
import { rollBackByHand } from './rollback-by-hand.ts'
import { type Given, TOOL } from './tool.ts'
import { update, type Updated, type UpdateWish } from './update.ts'

export type Deployed = { report: Report; folder: RunFolder; scrubber: Scrubber; failure: unknown }
type About = { startedAt: Date; mode: Report['mode']; strict: boolean; commit: null }

const here: Run = (command, options) => runHere(command, { cwd: ROOT, ...options })

/** A deploy from its settings to its report. What keeps it from reaching the droplet is in the report as well. */
export async function deploy(
  given: Given,
  read: DeploySettings,
  progress: Progress,
  stop: AbortSignal,
): Promise<Deployed> {
  const { settings } = read
  const edge = edgePartsOf(settings, given['typed-host'])
  const scrubber = openScrubber([
    ...readMachine(process.env).secrets,
    ...secretsOf(settings),
    ...Object.values(edge.secrets),
  ])
  const about: About = { startedAt: new Date(), mode: modeOf(given), strict: given.strict, commit: null }
  const openFolder = (host: string) =>
    openRunFolder({ base: BASE, host, timestamped: given.timestamped, scrubber })
  let folder: RunFolder | undefined
  try {
    if (!given.rollback) await refuseUnpushed(settings.DO_APP_BRANCH, here)
    const memory = await openMemory(read.memoryFile)
    const place = await unlessStopped(stop, findPlace(given, read, { memory, progress, here }))
    about.mode = place.mode
    folder = await openFolder(place.address)
    const report = await deployTo(place, { given, read, edge, memory, folder, progress, stop, about })
    return { report, folder, scrubber, failure: undefined }
  } catch (failure) {
    if (!(failure instanceof Advice)) throw failure
    folder ??= await openFolder(settings.WEBSITE_DOMAIN)
    return { report: await reportFailure(folder, failure, read, about), folder, scrubber, failure }
  }
}

type Bound = {
  given: Given
  read: DeploySettings
  edge: EdgeParts
  memory: Memory
  folder: RunFolder
  progress: Progress
  stop: AbortSignal
  about: About
}

/** Under the lock of the droplet. */
async function deployTo(place: Place, bound: Bound): Promise<Report> {
  const { given, read, edge, memory, folder, progress, stop, about } = bound
  const { DEPLOY_PATH } = read.settings
  await using shell = await openRemoteShell(targetOf(read, place.address, memory))
  await progress.step('sign-in', () => reach(shell, DEPLOY_PATH))
  const there: Run = (command, options) => shell.run(command, { cwd: DEPLOY_PATH, ...options })
  await using lock = await takeDeployLock(
    { run: there, path: `${DEPLOY_PATH}/state/lock` },
    await asker(given, place),
    { breaks: given['break-lock'] },
  )
  // Whoever has broken our lock deploys now, and we do nothing more.
  const run: Run = (command, options) =>
    there(command, {
      ...options,
      signal: AbortSignal.any([lock.lost, ...(options?.signal ? [options.signal] : [])]),
    })
  const site = siteOf(read, place.address)
  const ground: Ground = { ...read, run, progress, typedHost: given['typed-host'], stop }
  const so = given.rollback ? await rollBackByHand(ground) : await update(ground, wishOf(given, edge, site))
  const durations = await durationsOf(memory, place, Date.now() - about.startedAt.getTime(), so)
  const report = await verify({
    ...{ site, folder, stop, hasEdge: true },
    hands: handsOn(run, { mayWrite: so.failure === undefined }),
    about: {
      ...about,
      commit: so.release?.commit ?? so.previous?.commit ?? null,
      durations,
      failures: failureOf(so),
      deploy: partOf(so, read, { place, progress, edge }),
    },
    told: (name, block) => progress.note(lineOf(name, block)),
  })
  site.close()
  return report
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

const wishOf = (given: Given, edge: EdgeParts, site: Site): UpdateWish => ({
  watchSeconds: secondsOf(given.watch),
  mayRollBack: !given['no-rollback'],
  edgeFiles: edge.files,
  secrets: edge.secrets,
  isGood: async () => {
    const { verdict, because } = await smoke.ask({ site: site.apart(), hasEdge: true } as Trip)
    return { ok: verdict !== 'fail', because }
  },
})

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

/** The operator's own, whichever way they came. */
const secretsOf = (settings: Settings): string[] =>
  Object.values(settings).flatMap((value) => (value instanceof Secret ? [value.reveal()] : []))

/** What people type. Where there is no TLS, its name leads there by itself. */
const originOf = ({ settings, processSettings }: DeploySettings): string =>
  processSettings['PUBLIC_URL'] ?? `https://${settings.WEBSITE_DOMAIN}`

function siteOf(read: DeploySettings, address: string): Site {
  const origin = originOf(read)
  const trustsAnybody = read.settings.ENV !== 'prod'
  return openSite({ origin, trustsAnybody, ...(origin.startsWith('https:') && { address }) })
}

async function asker(given: Given, { mode }: Place) {
  const { stdout } = await here(['git', 'rev-parse', '--short', 'HEAD'])
  const version = stdout.trim() || 'unknown'
  return { operator: userInfo().username, host: hostname(), version, mode, message: given.message ?? '' }
}

function targetOf({ settings }: DeploySettings, host: string, { known }: Memory): Target {
  return {
    host,
    port: settings.DEPLOY_SSH_PORT,
    user: settings.DEPLOY_SSH_USER,
    keyFile: settings.DEPLOY_SSH_KEY_FILE ?? '',
    hostKey: settings.DEPLOY_HOST_KEY ?? known.hostKey,
  }
}

function secondsOf(typed = '300'): number {
  if (/^\d{1,4}$/.test(typed)) return Number(typed)
  throw new Advice(`--watch ${typed} is not a number of seconds.`, `Next: ${TOOL.usage} --watch 300`)
}
