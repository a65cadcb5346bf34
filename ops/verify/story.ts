import type { RunFolder } from '../artifacts.ts'
import { askAll, askForCompleteness, FILES, NOT_YET, type Told } from '../probes.ts'
import { openGuest } from '../probes/guest.ts'
import type { Hands } from '../probes/hands.ts'
import type { Trip } from '../probes/probe.ts'
import type { Site } from '../probes/site.ts'
import { type About, reportOf } from '../report/report.ts'
import type { Report } from '../report/schema.ts'
import { sealReport, writeReport } from '../report/seal.ts'

export type Wanted = {
  site: Site
  hands: Hands
  folder: RunFolder
  about: Omit<About, 'startedAt' | 'versions' | 'site'> & { startedAt?: Date }
  hasEdge?: boolean
  adminHost?: string | undefined
  plainOrigin?: string | undefined
  samples?: number
  told?: Told
  stop?: AbortSignal
}

const SAMPLES = 20

/** Asks the live product everything, keeps the answers, and says what came of it. A deploy calls this as well. */
export async function verify({
  site,
  hands,
  folder,
  about,
  told = () => {},
  stop,
  ...trip
}: Wanted): Promise<Report> {
  const startedAt = about.startedAt ?? new Date()
  await folder.forget(FILES)
  const blocks = await askAll(tripOf(site, hands, trip), folder, told, stop)
  const known = {
    ...about,
    failures: [...(about.failures ?? []), ...(stop?.aborted ? [STOPPED] : [])],
    startedAt,
    site: { url: site.origin.origin, address: site.address ?? null },
    versions: { product: versionIn(blocks.healthContractCheck.facts), node: process.versions.node },
  }
  await folder.write('meta/app-timings.json', timingsOf(blocks))
  // Written before it is asked for, so that its being there can be seen.
  await writeReport(folder, reportOf({ ...blocks, artifactCompletenessCheck: NOT_YET }, known))
  const artifactCompletenessCheck = await askForCompleteness(folder)
  told('artifactCompletenessCheck', artifactCompletenessCheck)
  const report = reportOf({ ...blocks, artifactCompletenessCheck }, known)
  return sealReport(folder, report, about.signWith)
}

const STOPPED = { name: 'run', because: 'It was stopped before its end.', next: 'run it again' }

function tripOf(
  site: Site,
  hands: Hands,
  given: Pick<Wanted, 'hasEdge' | 'adminHost' | 'plainOrigin' | 'samples'>,
): Trip {
  const { protocol, hostname, port } = site.origin
  return {
    ...hands,
    site,
    hasEdge: given.hasEdge ?? !isLoopback(hostname),
    adminHost: given.adminHost,
    plainOrigin:
      given.plainOrigin ?? (protocol === 'https:' && port === '' ? `http://${hostname}` : undefined),
    samples: given.samples ?? SAMPLES,
    guest: openGuest(hands),
  }
}

export const isLoopback = (hostname: string): boolean =>
  ['localhost', '127.0.0.1', '[::1]'].includes(hostname)

function versionIn({ body }: Record<string, unknown>): string | null {
  const version = (body as { version?: unknown } | undefined)?.version
  return typeof version === 'string' ? version : null
}

/** All that was measured, in one place. */
const timingsOf = (blocks: object) =>
  Object.fromEntries(
    Object.entries(blocks as Record<string, Report['smoke']>).map(([name, { tookMs, timings }]) => [
      name,
      { tookMs, ...timings },
    ]),
  )
