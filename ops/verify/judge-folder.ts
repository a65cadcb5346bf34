import { isDeepStrictEqual } from 'node:util'
import { z } from 'zod'
import type { RunFolder } from '../artifacts.ts'
import { ASKED, blockOf, type Named, PROBES } from '../probes.ts'
import { CAPTURED, capturedIn } from '../probes/captured.ts'
import { COMPLETENESS, judgeCompleteness } from '../probes/completeness.ts'
import { fail, type Finding, notChecked } from '../probes/finding.ts'
import { judgeDocument, openApiContract } from '../probes/openapi-contract.ts'
import { judgeCaptures, portsAndRoutes } from '../probes/ports-and-routes.ts'
import { type Blocks, reportOf } from '../report/report.ts'
import { type Block, reportSchema, type Report } from '../report/schema.ts'
import { judgeSeal, SIGNATURE } from '../report/seal.ts'

type Judging = { strict: boolean; signers?: string | undefined }
type Kept = { report?: Report; problem?: string }

/** Judges what an earlier run has left, without asking the site and without changing the folder. */
export async function judgeFolder(folder: RunFolder, { strict, signers }: Judging): Promise<Report> {
  const startedAt = new Date()
  const { report: said, problem } = await keptReport(folder)
  const blocks = await judgeBlocks(folder, said)
  const seal = await sealOf(folder, signers)
  const report = reportOf(blocks, {
    mode: 'folder',
    strict: strict || (said?.strict ?? false),
    site: said?.site ?? { url: folder.path, address: null },
    commit: said?.commit ?? null,
    versions: { product: said?.versions.product ?? null, node: process.versions.node },
    ...(said?.by && { by: said.by }),
    startedAt,
    failures: [
      ...(problem ? [{ name: 'report', because: problem, next: 'run npm run verify again' }] : []),
      ...seal.failures,
      ...failuresBeside(blocks, said),
    ],
    ...(said?.deploy && { deploy: said.deploy }),
  })
  return { ...report, signature: seal.signature }
}

/** What the report says of itself, and what can be judged anew, where that is worse: only the report may be signed. */
async function judgeBlocks(folder: RunFolder, said: Report | undefined): Promise<Blocks> {
  const kept = await Promise.all(
    ASKED.map(async (probe) => [probe.name, await keptBlock(folder, probe, said)] as const),
  )
  const blocks = Object.fromEntries(kept) as Blocks
  for (const { probe, finding } of await judgeAnew(folder)) {
    const before = blocks[probe.name]
    const isWorse = WORST_FIRST.indexOf(finding.verdict) < WORST_FIRST.indexOf(before.verdict)
    if (isWorse || !said) blocks[probe.name] = blockOf(probe, finding, { tookMs: 0 })
  }
  return blocks
}
const WORST_FIRST: readonly Block['verdict'][] = ['fail', 'not-checked', 'pass']

type Anew = { probe: Named; finding: Finding }

async function judgeAnew(folder: RunFolder): Promise<Anew[]> {
  const files = PROBES.map(({ file }) => file)
  const ports = await judgePorts(folder)
  return [
    { probe: openApiContract, finding: await judgeContract(folder) },
    { probe: COMPLETENESS, finding: await judgeCompleteness(folder, files) },
    ...(ports ? [{ probe: portsAndRoutes, finding: ports }] : []),
  ]
}

/** A deploy may have failed where every question was answered well. */
const failuresBeside = (blocks: Blocks, said: Report | undefined): Report['failures'] =>
  (said?.failures ?? []).filter(
    ({ name }) => !ASKED.some((probe) => probe.name === name && blocks[probe.name].verdict === 'fail'),
  )

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
async function judgePorts(folder: RunFolder): Promise<Finding | undefined> {
  const contents = await Promise.all(CAPTURED.map((file) => folder.read(file)))
  if (contents.every((content) => content === undefined)) return undefined
  const captured = new Map(CAPTURED.map((file, nth) => [file, capturedIn(contents[nth])]))
  return judgeCaptures((file) => captured.get(file)!)
}

/** As the report has it, unless the file of its own says something else: one of them was changed since. */
async function keptBlock(folder: RunFolder, probe: Named, said: Report | undefined): Promise<Block> {
  const text = await folder.read(probe.file)
  const alone = text === undefined ? undefined : blockIn(text, probe)
  if (!said) return alone ?? blockOf(probe, notChecked(`${probe.file} is not in the folder.`), { tookMs: 0 })
  const block = said[probe.name]
  if (text === undefined || isDeepStrictEqual(alone, block)) return block
  const reasons = [...(block.verdict === 'fail' ? [block.because] : []), `${probe.file} ${ANOTHER}`]
  return { ...block, verdict: 'fail', because: reasons.join(' ') }
}
const ANOTHER = 'does not say what the report says.'

const recorded = z.looseObject(reportSchema.shape.smoke.shape)

function blockIn(text: string, probe: Named): Block {
  try {
    const { name: _, ...block } = recorded.parse(JSON.parse(text))
    return reportSchema.shape.smoke.parse(block)
  } catch {
    return blockOf(probe, fail(`${probe.file} is not what a run writes.`), { tookMs: 0 })
  }
}

async function keptReport(folder: RunFolder): Promise<Kept> {
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
