import { lookup } from 'node:dns/promises'
import { hostname, userInfo } from 'node:os'
import { BASE, openRunFolder, type RunFolder } from '../artifacts.ts'
import { makeFolder } from '../commands/files.ts'
import { takeDeployLock } from '../deeds/deploy-lock.ts'
import { openRemoteShell, type RemoteShell } from '../deeds/remote-shell.ts'
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
import { resolveAddress, resolvedAdvice } from './address.ts'
import { deployPartOf, failureOf } from './deploy-part.ts'
import { type EdgeParts, edgePartsOf } from './edge-settings.ts'
import type { Ground } from './ground.ts'
import { chooseMode, type Mode } from './mode.ts'
import type { Progress } from './progress.ts'
import type { DeploySettings } from './read-settings.ts'
import { refuseUnpushed } from './refuse-unpushed.ts'
import { handsOn, reportUnasked } from './report.ts'
import { rollBackByHand } from './rollback-by-hand.ts'
import { type Given, TOOL } from './tool.ts'
import { update, type Updated, type UpdateWish } from './update.ts'

export type Deployed = { report: Report; folder: RunFolder; scrubber: Scrubber; failure: unknown }
type Chosen = { mode: Mode | 'rollback'; reason: string }

const here: Run = (command, options) => runHere(command, { cwd: ROOT, ...options })

/** A deploy from its settings to its report. What keeps it from reaching the droplet is in the report as well. */
export async function deploy(
  given: Given,
  read: DeploySettings,
  progress: Progress,
  stop: AbortSignal,
): Promise<Deployed> {
  const startedAt = new Date()
  const { settings } = read
  const edge = edgePartsOf(settings, given['typed-host'])
  const address = await findAddress(given, read, progress)
  const chosen = choose(given, address)
  await refuseUnpushed(settings.DO_APP_BRANCH, here)
  const scrubber = openScrubber([
    ...readMachine(process.env).secrets,
    ...secretsOf(settings),
    ...Object.values(edge.secrets),
  ])
  const folder = await openRunFolder({ base: BASE, host: address, timestamped: given.timestamped, scrubber })
  const about = { startedAt, mode: chosen.mode, strict: given.strict, commit: null }
  try {
    await using shell = await openRemoteShell(targetOf(read, address))
    await progress.step('droplet', () => reach(shell, settings.DEPLOY_PATH))
    const there: Run = (command, options) => shell.run(command, { cwd: settings.DEPLOY_PATH, ...options })
    await using lock = await takeDeployLock(
      { run: there, path: `${settings.DEPLOY_PATH}/state/lock` },
      await asker(given, chosen),
      { breaks: given['break-lock'] },
    )
    // Whoever has broken our lock deploys now, and we do nothing more.
    const run: Run = (command, options) => there(command, { signal: lock.lost, ...options })
    const site = siteOf(read, address)
    const ground: Ground = { ...read, run, progress, typedHost: given['typed-host'] }
    const so = given.rollback ? await rollBackByHand(ground) : await update(ground, wishOf(given, edge, site))
    const took = Date.now() - startedAt.getTime()
    const report = await verify({
      ...{ site, folder, stop, hasEdge: true },
      hands: handsOn(run, { mayWrite: so.failure === undefined }),
      about: {
        ...about,
        commit: so.release?.commit ?? so.previous?.commit ?? null,
        durations: chosen.mode === 'full' ? { fullMs: took } : { updateOnlyMs: took },
        failures: failureOf(so),
        deploy: partOf(so, read, { chosen, progress, edge }),
      },
      told: (name, block) => progress.note(lineOf(name, block)),
    })
    site.close()
    return { report, folder, scrubber, failure: undefined }
  } catch (failure) {
    if (!(failure instanceof Advice)) throw failure
    const because = failure.message.split('\n')[0] ?? ''
    const report = await reportUnasked(folder, 'The deploy ended before there was anything to ask.', {
      ...about,
      site: { url: originOf(read), address },
      versions: { product: null, node: process.versions.node },
      failures: [{ name: 'deploy', because, next: failure.message.split('\n').at(-1) ?? '' }],
    })
    return { report, folder, scrubber, failure }
  }
}

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
  { chosen, progress, edge }: { chosen: Chosen; progress: Progress; edge: EdgeParts },
) =>
  deployPartOf(so, {
    environment: settings.ENV,
    branch: settings.DO_APP_BRANCH,
    reason: chosen.reason,
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

async function findAddress(given: Given, { settings }: DeploySettings, progress: Progress): Promise<string> {
  const resolved = await resolveAddress({
    flag: () => Promise.resolve(given.host ?? settings.DEPLOY_HOST),
    state: () => Promise.resolve(undefined),
    provider: () => Promise.resolve(undefined),
    dns: async () => (await lookup(settings.WEBSITE_DOMAIN)).address,
  })
  if (!resolved.ok) throw new Advice(...resolvedAdvice(resolved))
  for (const line of resolvedAdvice(resolved)) progress.note(line)
  return resolved.address
}

function choose(given: Given, address: string): Chosen {
  if (given.rollback) return { mode: 'rollback', reason: '--rollback was given' }
  const chosen = chooseMode({ full: false, updateOnly: given['update-only'] }, address)
  if ('clash' in chosen) throw new Advice(chosen.clash, `Next: ${TOOL.usage} --help`)
  return chosen
}

async function asker(given: Given, { mode }: Chosen) {
  const { stdout } = await here(['git', 'rev-parse', '--short', 'HEAD'])
  const version = stdout.trim() || 'unknown'
  return { operator: userInfo().username, host: hostname(), version, mode, message: given.message ?? '' }
}

function targetOf({ settings }: DeploySettings, host: string) {
  if (!settings.DEPLOY_SSH_KEY_FILE)
    throw new Advice(
      'DEPLOY_SSH_KEY_FILE is missing: the key to sign in to the droplet with.',
      'Next: set it in deploy.env.',
    )
  return {
    host,
    port: settings.DEPLOY_SSH_PORT,
    user: settings.DEPLOY_SSH_USER,
    keyFile: settings.DEPLOY_SSH_KEY_FILE,
    hostKey: settings.DEPLOY_HOST_KEY,
  }
}

function secondsOf(typed = '300'): number {
  if (/^\d{1,4}$/.test(typed)) return Number(typed)
  throw new Advice(`--watch ${typed} is not a number of seconds.`, `Next: ${TOOL.usage} --watch 300`)
}
