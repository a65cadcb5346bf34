import { existsSync } from 'node:fs'
import { isIP } from 'node:net'
import { resolve } from 'node:path'
import { BASE, findFolder, openRunFolder } from '../artifacts.ts'
import { run } from '../deeds/run.ts'
import { readFlags } from '../flags.ts'
import { Advice } from '../launch/advice.mjs'
import { ROOT } from '../launch/places.mjs'
import type { Hands } from '../probes/hands.ts'
import { openSite, type Site } from '../probes/site.ts'
import type { Report } from '../report/schema.ts'
import { openScrubber, type Scrubber } from '../scrub.ts'
import { judgeFolder } from './judge-folder.ts'
import { localHands } from './local-hands.ts'
import { isLoopback, verify } from './story.ts'
import { readMachine } from './this-machine.ts'
import { lineOf, noReport, summaryOf } from './words.ts'

const TOOL = {
  usage: 'npm run verify --',
  says: 'Asks a running product whether it holds what it promises, and keeps the evidence.\ndocs/VERIFY.md explains each question. Ends with 0 only where nothing failed.',
  flags: {
    url: { takes: 'URL', says: 'What to ask; http://localhost:8000 where nothing is said.' },
    folder: { takes: 'DIR', says: 'Judge what an earlier run has left there, and ask nobody.' },
    signers: { takes: 'FILE', says: 'With --folder: who may have signed its report (as ssh-keygen has it).' },
    resolve: { takes: 'ADDRESS', says: 'Connect to this address, by the name in --url.' },
    'admin-host': { takes: 'NAME', says: 'The host that has /admin and nothing else.' },
    'staging-certificate': { says: 'Go on where the certificate is one of a staging directory.' },
    mutating: { says: 'Make somebody who is nobody, and take them away again (usual on this machine).' },
    'read-only': { says: 'Make nobody.' },
    limits: { says: 'Also make wrong guesses until this address has to wait a minute.' },
    samples: { takes: 'N', says: 'How often to measure what is measured; 20.' },
    out: { takes: 'DIR', says: `Where run folders are made; ${BASE}.` },
    timestamped: { says: 'A new run folder, even where there is one of this host.' },
    strict: { says: 'What was not checked counts as failed.' },
    json: { says: 'Nothing but the report, as JSON.' },
  },
} as const
type Given = Exclude<ReturnType<typeof readFlags<(typeof TOOL)['flags']>>, { help: string }>

export async function verifyCommand(argv: string[], stop: AbortSignal): Promise<number> {
  try {
    return await judgeOrAsk(argv, stop)
  } catch (error) {
    if (!argv.includes('--json') || !(error instanceof Advice)) throw error
    process.stderr.write(`${error.message}\n`)
    await tell(noReport(error))
    return 1
  }
}

async function judgeOrAsk(argv: string[], stop: AbortSignal): Promise<number> {
  const given = readFlags(TOOL, argv)
  if ('help' in given) return tell(given.help).then(() => 0)
  if (given.signers !== undefined && given.folder === undefined)
    throw new Advice('--signers is about the report of a --folder.', `Next: ${TOOL.usage} --help`)
  const scrubber = openScrubber(readMachine(process.env).secrets)
  const report = given.folder
    ? await judgeFolder(await findFolder(given.folder, scrubber), { ...given, signers: signersOf(given) })
    : await askSite(given, scrubber, stop)
  if (given.folder && !given.json) await tell(summaryOf(report))
  if (given.json) await tell(scrubber.json(report))
  return report.success ? 0 : 1
}

function signersOf({ signers }: Given): string | undefined {
  if (signers === undefined) return undefined
  if (existsSync(signers)) return resolve(signers)
  throw new Advice(
    `--signers ${signers} is not there.`,
    'Next: a line for each who may sign, such as: ada@example.com namespaces="latchkey-report" ssh-ed25519 AAAA…',
  )
}

async function askSite(given: Given, scrubber: Scrubber, stop: AbortSignal): Promise<Report> {
  const { url, address } = readPlace(given)
  const isHere = isLoopback(url.hostname) && !address
  const samples = readSamples(given.samples)
  refuseBoth(given)
  const site = openSite({ origin: url.origin, address, trustsAnybody: given['staging-certificate'] })
  try {
    const folder = await openRunFolder({
      base: given.out ?? BASE,
      host: url.host,
      timestamped: given.timestamped,
      scrubber,
    })
    const report = await verify({
      site,
      folder,
      hands: handsFor(site, given, isHere),
      about: { mode: 'verify', strict: given.strict, commit: isHere ? await commitHere() : null },
      adminHost: given['admin-host'],
      samples,
      told: (name, block) => (given.json ? undefined : void tell(scrubber.text(lineOf(name, block)))),
      stop,
    })
    if (!given.json) await tell(scrubber.text(summaryOf(report, folder.path)))
    return report
  } finally {
    site.close()
  }
}

function refuseBoth(given: Given): void {
  if (given.mutating && given['read-only'])
    throw new Advice('--mutating and --read-only are one or the other.', `Next: ${TOOL.usage} --help`)
}

const handsFor = (site: Site, given: Given, isHere: boolean): Hands => ({
  ...(isHere && localHands(site, readMachine(process.env).dataDir)),
  mayWrite: given.mutating || (isHere && !given['read-only']),
  mayEnqueue: isHere,
  mayReachLimits: given.limits,
})

function readPlace({ url: typed = 'http://localhost:8000', resolve: address }: Given): {
  url: URL
  address: string | undefined
} {
  const url = URL.parse(typed)
  if (!url || !/^https?:$/.test(url.protocol) || url.username || url.password)
    throw new Advice(
      `--url ${typed} is not an http or https address.`,
      `Next: ${TOOL.usage} --url http://localhost:8000`,
    )
  if (address !== undefined && isIP(address) === 0)
    throw new Advice(
      `--resolve ${address} is not an address.`,
      `Next: ${TOOL.usage} --url ${url.origin} --resolve 192.0.2.1`,
    )
  return { url, address }
}

function readSamples(typed = '20'): number {
  const samples = Number(typed)
  if (Number.isInteger(samples) && samples >= 1 && samples <= 1000) return samples
  throw new Advice(`--samples ${typed} is not a number from 1 to 1000.`, `Next: ${TOOL.usage} --samples 20`)
}

async function commitHere(): Promise<string | null> {
  const { code, stdout } = await run(['git', 'rev-parse', 'HEAD'], { cwd: ROOT })
  return code === 0 ? stdout.trim() : null
}

/** Waits until it is out: the process ends next. */
const tell = (text: string): Promise<void> =>
  new Promise((written) => process.stdout.write(`${text}\n`, () => written()))
