import type { RunFolder } from './artifacts.ts'
import { adminHostPathGuard } from './probes/admin-host.ts'
import { CAPTURED } from './probes/captured.ts'
import { COMPLETENESS, judgeCompleteness } from './probes/completeness.ts'
import { fail, type Finding, notChecked } from './probes/finding.ts'
import { forgedForwarding } from './probes/forwarded.ts'
import { guardedEndpoints } from './probes/guarded-endpoints.ts'
import { guestRemoved } from './probes/guest-removed.ts'
import { healthContract } from './probes/health-contract.ts'
import { healthTimings } from './probes/health-timings.ts'
import { hostAllowList } from './probes/host-allow-list.ts'
import { jobs } from './probes/jobs.ts'
import { limits } from './probes/limits.ts'
import { loginTimings } from './probes/login-timings.ts'
import { mail } from './probes/mail.ts'
import { metrics } from './probes/metrics.ts'
import { openApiContract } from './probes/openapi-contract.ts'
import { openPorts } from './probes/open-ports.ts'
import { portsAndRoutes } from './probes/ports-and-routes.ts'
import type { Probe, Trip } from './probes/probe.ts'
import { requestIdPropagation } from './probes/request-id.ts'
import { schemaCompat } from './probes/schema-compat.ts'
import { securityHeaders } from './probes/security-headers.ts'
import { signupToDashboard } from './probes/signup.ts'
import { smoke } from './probes/smoke.ts'
import { tlsAcmeGuard } from './probes/tls.ts'
import type { Block, BlockName } from './report/schema.ts'
import { SIGNATURE } from './report/seal.ts'

/** Every question that is asked, in this order. The person who is nobody is taken away after all who need them. */
export const PROBES: readonly Probe[] = [
  smoke,
  healthContract,
  healthTimings,
  openApiContract,
  guardedEndpoints,
  securityHeaders,
  adminHostPathGuard,
  hostAllowList,
  openPorts,
  requestIdPropagation,
  schemaCompat,
  jobs,
  metrics,
  signupToDashboard,
  loginTimings,
  forgedForwarding,
  limits,
  portsAndRoutes,
  tlsAcmeGuard,
  mail,
  guestRemoved,
]

/** And the last one, about the files that they leave. */
export const ASKED: readonly Named[] = [...PROBES, COMPLETENESS]

export type Told = (name: BlockName, block: Block) => void
export type Named = Pick<Probe, 'name' | 'question' | 'next' | 'file'>

/** Asks them all, whatever becomes of each, and keeps what each said in its own file. Stopped, it still cleans up. */
export async function askAll(trip: Trip, folder: RunFolder, told: Told, stop?: AbortSignal) {
  const blocks: Partial<Record<BlockName, Block>> = {}
  for (const probe of PROBES) {
    const isLeftOut = stop?.aborted && probe !== guestRemoved
    const block = isLeftOut
      ? await keep(folder, probe, blockOf(probe, STOPPED, { tookMs: 0 }))
      : await askOne(probe, trip, folder)
    blocks[probe.name] = block
    told(probe.name, block)
  }
  return blocks as Omit<Record<BlockName, Block>, typeof COMPLETENESS.name>
}

const STOPPED = notChecked('The run was stopped before it came to this.')

/** A probe that breaks has failed, and says how. */
async function askOne(probe: Probe, trip: Trip, folder: RunFolder): Promise<Block> {
  const site = trip.site.apart()
  const startedAt = performance.now()
  const finding = await probe.ask({ ...trip, site }).catch(broken)
  const tookMs = Math.round(performance.now() - startedAt)
  const requestIds = site.heard.flatMap(({ requestId }) => requestId ?? []).slice(0, IDS_MOST)
  const block = blockOf(probe, finding, { tookMs, requestIds })
  // Somebody may have been made meanwhile, and has to be taken away whatever becomes of the files.
  return keep(folder, probe, block, finding.files).catch((error: unknown) =>
    blockOf(probe, broken(error), { tookMs, requestIds }),
  )
}

/** The first of many are enough to find the others. */
const IDS_MOST = 50

const broken = (error: unknown): Finding => fail(`${sentenceOf(error)}.`)
const sentenceOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).replace(/\.+$/, '')

type Measured = { tookMs: number; requestIds?: string[] }

export function blockOf(probe: Named, finding: Finding, { tookMs, requestIds = [] }: Measured): Block {
  const { verdict, because, facts, timings } = finding
  const { question, next, file: artifact } = probe
  return {
    verdict,
    because,
    question,
    next,
    artifact,
    tookMs,
    facts,
    ...(timings && { timings }),
    requestIds,
  }
}

async function keep(
  folder: RunFolder,
  probe: Named,
  block: Block,
  files: Finding['files'] = {},
): Promise<Block> {
  for (const [file, content] of Object.entries(files)) await folder.write(file, content)
  await folder.write(probe.file, { name: probe.name, ...block })
  return block
}

/** The last question is about the files of the others, and of the report. */
export async function askForCompleteness(folder: RunFolder): Promise<Block> {
  const startedAt = performance.now()
  const finding = await judgeCompleteness(
    folder,
    PROBES.map(({ file }) => file),
  ).catch(broken)
  const block = blockOf(COMPLETENESS, finding, { tookMs: Math.round(performance.now() - startedAt) })
  return keep(folder, COMPLETENESS, block)
}

/** For a run that ended before there was anything to ask. */
export const unasked = (because: string) =>
  Object.fromEntries(
    ASKED.map((probe) => [probe.name, blockOf(probe, notChecked(because), { tookMs: 0 })]),
  ) as Record<BlockName, Block>

export const NOT_YET: Block = blockOf(COMPLETENESS, notChecked('The report is being written.'), { tookMs: 0 })

/** All that a run writes, so that what an earlier one left is not taken for this one's. */
export const FILES: readonly string[] = [
  ...PROBES.map(({ file }) => file),
  COMPLETENESS.file,
  ...CAPTURED,
  'api/openapi.json',
  'api/openapi-validation.json',
  'api/api-health.json',
  'db/migration-status.txt',
  'db/schema-compat-check.txt',
  'edge/curl-root.txt',
  'edge/curl-api.txt',
  'meta/metrics.txt',
  'meta/app-timings.json',
  'meta/post-deploy-report.json',
  SIGNATURE,
  'meta/report.html',
]
