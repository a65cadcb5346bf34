import { hostname, userInfo } from 'node:os'
import { lookup } from 'node:dns/promises'
import { openRunFolder, BASE } from '../artifacts.ts'
import { makeFolder } from '../commands/files.ts'
import { changedSince, committedSince, fetchBranch, readStatus } from '../commands/git.ts'
import { readLogs, runOnce } from '../commands/docker.ts'
import { takeDeployLock } from '../deeds/deploy-lock.ts'
import { openRemoteShell } from '../deeds/remote-shell.ts'
import { type Run, run as runHere } from '../deeds/run.ts'
import { readFlags } from '../flags.ts'
import { Advice } from '../launch/advice.mjs'
import { ROOT } from '../launch/places.mjs'
import { lettersBy, type Tool } from '../probes/hands.ts'
import { openSite } from '../probes/site.ts'
import { smoke } from '../probes/smoke.ts'
import type { Trip } from '../probes/probe.ts'
import { openScrubber } from '../scrub.ts'
import type { Report } from '../report/schema.ts'
import { verify } from '../verify/story.ts'
import { knownSecrets } from '../verify/known-secrets.ts'
import { lineOf, summaryOf } from '../verify/words.ts'
import { resolveAddress, resolvedAdvice } from './address.ts'
import { deployPartOf, failureOf } from './deploy-part.ts'
import { edgePartsOf } from './edge-settings.ts'
import { EXIT, exitCodeOf } from './exit-codes.ts'
import type { Ground } from './ground.ts'
import { chooseMode, type Mode } from './mode.ts'
import { type Progress, progressOn } from './progress.ts'
import { type DeploySettings, readDeploySettings } from './read-settings.ts'
import { SLOTS, WORKERS } from './stack-steps.ts'
import { type Given, TOOL } from './tool.ts'
import { unpushedAdvice, unpushedOf } from './unpushed.ts'
import { rollBackByHand } from './rollback-by-hand.ts'
import { update, type UpdateWish } from './update.ts'

/** `npm run deploy`: from the operator's words to a report, and a code that a pipeline understands. */
export async function deployCommand(argv: string[], stop: AbortSignal): Promise<number> {
  const given = readFlags(TOOL, argv)
  if ('help' in given) return tell(given.help).then(() => EXIT.done)
  const progress = progressOn(given.json ? process.stderr : process.stdout, { verbose: given.verbose })
  try {
    const read = readDeploySettings(given, process.env)
    const report = await deploy(given, read, progress, stop)
    if (given.json) await tell(JSON.stringify(report))
    return report.success ? EXIT.done : EXIT.failed
  } catch (error) {
    if (!(error instanceof Advice)) throw error
    process.stderr.write(`${error.message}\n`)
    return exitCodeOf(error)
  }
}

async function deploy(
  given: Given,
  read: DeploySettings,
  progress: Progress,
  stop: AbortSignal,
): Promise<Report> {
  const { settings } = read
  const startedAt = new Date()
  const address = await findAddress(given, read, progress)
  const mode = requireMode(given, address)
  await refuseUnpushed(settings.DO_APP_BRANCH)
  await using shell = await openRemoteShell(targetOf(read, address))
  const place = settings.DEPLOY_PATH
  const atPlace: Run = (command, options) => shell.run(command, { cwd: place, ...options })
  await progress.step('droplet', async () => {
    const reached = await shell.reach()
    if (!reached.ok) throw reached.failure
    await shell.run(makeFolder(place, '0755'), { cwd: '/' })
  })
  await using _lock = await takeDeployLock(
    { run: atPlace, path: `${place}/state/lock` },
    {
      operator: userInfo().username,
      host: hostname(),
      version: await ourCommit(),
      mode: mode.mode,
      message: given.message ?? '',
    },
    { breaks: given['break-lock'] },
  )
  const ground: Ground = { ...read, run: atPlace, progress, typedHost: given['typed-host'] }
  const edge = edgePartsOf(settings, ground.typedHost)
  const site = openSite({
    origin: originOf(read),
    address: addressFor(read, address),
    trustsAnybody: settings.ENV !== 'prod',
  })
  const wish: UpdateWish = {
    watchSeconds: secondsOf(given.watch),
    mayRollBack: !given['no-rollback'],
    edgeFiles: edge.files,
    secrets: edge.secrets,
    isGood: async () => {
      const trip = { site: site.apart(), hasEdge: true } as Trip
      const { verdict, because } = await smoke.ask(trip)
      return { ok: verdict !== 'fail', because }
    },
  }
  const so = given.rollback ? await rollBackByHand(ground) : await update(ground, wish)
  const scrubber = openScrubber([...(await knownSecrets()), ...Object.values(edge.secrets)])
  const folder = await openRunFolder({ base: BASE, host: address, timestamped: given.timestamped, scrubber })
  const tool: Tool = (words) => atPlace(runOnce('migrate', 'node', ...words))
  const took = Date.now() - startedAt.getTime()
  const report = await verify({
    site,
    folder,
    hands: {
      logs: async () =>
        (await Promise.all([...SLOTS, ...WORKERS].map((name) => atPlace(readLogs(name, 2000)))))
          .map(({ stdout }) => stdout)
          .join('\n'),
      letters: lettersBy(tool),
      tool,
      mayWrite: so.failure === undefined,
      mayReachLimits: false,
    },
    hasEdge: true,
    about: {
      startedAt,
      mode: given.rollback ? 'rollback' : mode.mode,
      strict: given.strict,
      commit: so.release?.commit ?? so.previous?.commit ?? null,
      durations: mode.mode === 'full' ? { fullMs: took } : { updateOnlyMs: took },
      failures: failureOf(so),
      deploy: deployPartOf(so, {
        environment: settings.ENV,
        branch: settings.DO_APP_BRANCH,
        reason: mode.reason,
        steps: progress.done,
        files: edge.files.map(({ text }) => text),
      }),
    },
    told: (name, block) => progress.note(lineOf(name, block)),
    stop,
  })
  site.close()
  if (!given.json) await tell(scrubber.text(summaryOf(report, folder.path)))
  return report
}

/** What people type; a test's edge has a name of its own. */
const originOf = ({ settings, processSettings }: DeploySettings): string =>
  processSettings['PUBLIC_URL'] ?? `https://${settings.WEBSITE_DOMAIN}`

const addressFor = (read: DeploySettings, address: string): string | undefined =>
  originOf(read).startsWith('https:') ? address : undefined

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

function requireMode(given: Given, address: string): { mode: Mode; reason: string } {
  const chosen = chooseMode({ full: false, updateOnly: given['update-only'] }, address)
  if ('clash' in chosen) throw new Advice(chosen.clash, `Next: ${TOOL.usage} --help`)
  return chosen
}

/** R5: the droplet takes what is pushed. What is not would be missed there, and nobody would know why. */
async function refuseUnpushed(branch: string): Promise<void> {
  const here = (command: Parameters<Run>[0]) => runHere(command, { cwd: ROOT })
  await here(fetchBranch(branch))
  const [status, changed, committed] = await Promise.all([
    here(readStatus()),
    here(changedSince(branch)),
    here(committedSince(branch)),
  ])
  if (changed.code !== 0 || committed.code !== 0) return
  const advice = unpushedAdvice(unpushedOf(status.stdout, committed.stdout), branch)
  if (advice.length > 0) throw new Advice(...advice)
}

async function ourCommit(): Promise<string> {
  const { stdout } = await runHere(['git', 'rev-parse', '--short', 'HEAD'], { cwd: ROOT })
  return stdout.trim() || 'unknown'
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

const tell = (text: string): Promise<void> =>
  new Promise((written) => process.stdout.write(`${text}\n`, () => written()))
