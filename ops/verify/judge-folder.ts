import { z } from 'zod'
import type { RunFolder } from '../artifacts.ts'
import { blockOf, PROBES } from '../probes.ts'
import { CAPTURED, capturedIn } from '../probes/captured.ts'
import { COMPLETENESS, judgeCompleteness } from '../probes/completeness.ts'
import { fail, type Finding, notChecked } from '../probes/finding.ts'
import { judgeDocument, openApiContract } from '../probes/openapi-contract.ts'
import { judgeCaptures, portsAndRoutes } from '../probes/ports-and-routes.ts'
import { reportOf } from '../report/report.ts'
import { type Block, type BlockName, reportSchema, type Report } from '../report/schema.ts'
import { judgeSeal, SIGNATURE } from '../report/seal.ts'

type Judging = { strict: boolean; signers?: string | undefined }

/** Judges what an earlier run has left, without asking the site and without changing the folder. */
export async function judgeFolder(folder: RunFolder, { strict, signers }: Judging): Promise<Report> {
  const startedAt = new Date()
  const blocks: Partial<Record<BlockName, Block>> = {}
  for (const probe of PROBES) blocks[probe.name] = await keptBlock(folder, probe.name)
  blocks.openApiContractCheck = blockOf(openApiContract, await judgeContract(folder), { tookMs: 0 })
  blocks.artifactCompletenessCheck = blockOf(
    COMPLETENESS,
    await judgeCompleteness(
      folder,
      PROBES.map(({ file }) => file),
    ),
    { tookMs: 0 },
  )
  blocks.portsAndRoutes = await judgePorts(folder, blocks.portsAndRoutes)
  const kept = await keptReport(folder)
  const seal = await sealOf(folder, signers)
  const report = reportOf(blocks as Record<BlockName, Block>, {
    mode: 'folder',
    strict,
    site: kept.report?.site ?? { url: folder.path, address: null },
    commit: kept.report?.commit ?? null,
    versions: { product: kept.report?.versions.product ?? null, node: process.versions.node },
    startedAt,
    failures: [
      ...(kept.problem ? [{ name: 'report', because: kept.problem, next: 'run npm run verify again' }] : []),
      ...seal.failures,
    ],
  })
  return { ...report, signature: seal.signature }
}

/** By whom it was signed is asked only where it is said who may. */
async function sealOf(folder: RunFolder, signers: string | undefined) {
  const file = (await folder.read(SIGNATURE)) === undefined ? null : SIGNATURE
  if (signers === undefined) {
    const because = file ? 'Signed; by whom was not asked (--signers FILE).' : 'Not signed.'
    return { signature: { file, because }, failures: [] }
  }
  const checked = await judgeSeal(folder, signers)
  if ('by' in checked) return { signature: { file, because: `Signed by ${checked.by}.` }, failures: [] }
  const because = `The report is not as somebody of the list has signed it: ${checked.because}.`
  const next = 'take it from whoever made it, or run npm run verify against the site itself'
  return { signature: { file, because }, failures: [{ name: 'signature', because, next }] }
}

async function judgeContract(folder: RunFolder): Promise<Finding> {
  const text = await folder.read('api/openapi.json')
  if (text === undefined) return fail('api/openapi.json is missing.')
  try {
    return judgeDocument(JSON.parse(text) as Record<string, unknown>)
  } catch (error) {
    return fail(`api/openapi.json could not be read: ${String(error)}.`)
  }
}

/** Where a deploy has captured its host, what it captured is judged; elsewhere nobody has looked. */
async function judgePorts(folder: RunFolder, kept: Block | undefined): Promise<Block> {
  const contents = await Promise.all(CAPTURED.map((file) => folder.read(file)))
  if (kept && contents.every((content) => content === undefined)) return kept
  const captured = new Map(CAPTURED.map((file, nth) => [file, capturedIn(contents[nth])]))
  return blockOf(
    portsAndRoutes,
    judgeCaptures((file) => captured.get(file)!),
    { tookMs: 0 },
  )
}

const recorded = z.looseObject(reportSchema.shape.smoke.shape)

/** What it said then is what it says now. */
async function keptBlock(folder: RunFolder, name: BlockName): Promise<Block> {
  const probe = PROBES.find((one) => one.name === name)
  if (!probe) throw new Error(`there is no probe ${name}`)
  const text = await folder.read(probe.file)
  if (text === undefined)
    return blockOf(probe, notChecked(`${probe.file} is not in the folder.`), { tookMs: 0 })
  try {
    const { name: _, ...block } = recorded.parse(JSON.parse(text))
    return reportSchema.shape.smoke.parse(block)
  } catch {
    return blockOf(probe, fail(`${probe.file} is not what a run writes.`), { tookMs: 0 })
  }
}

async function keptReport(folder: RunFolder): Promise<{ report?: Report; problem?: string }> {
  const text = await folder.read('meta/post-deploy-report.json')
  if (text === undefined) return { problem: 'meta/post-deploy-report.json is missing.' }
  try {
    const read = reportSchema.safeParse(JSON.parse(text))
    return read.success
      ? { report: read.data }
      : { problem: `The report breaks its schema: ${z.prettifyError(read.error)}` }
  } catch {
    return { problem: 'meta/post-deploy-report.json is not JSON.' }
  }
}
