import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { say } from '../local/say.ts'
import { type Mutant, MUTANTS } from './mutants.ts'
import { copyTree, mutated } from './place.ts'

/** `npm run check:mutations`: takes one guard away at a time, and sees whether a test notices. */
const { values } = parseArgs({
  options: { only: { type: 'string', multiple: true, default: [''] }, 'at-once': { type: 'string' } },
})
const atOnce = Number(values['at-once'] ?? Math.max(1, Math.floor(availableParallelism() / 2)))
const wanted = MUTANTS.filter((mutant) => values.only.some((part) => nameOf(mutant).includes(part)))
const queue = wanted.map((mutant) => [mutant, mutated(mutant)] as const)

type Verdict = 'killed' | 'survived' | 'broken'
const verdicts = new Map<Mutant, Verdict>()
const copies: string[] = []
const running = new Set<ChildProcess>()
const PATIENCE_MS = 240_000

let isStopping = false
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.on(signal, () => {
    isStopping = true
    running.forEach(stop)
  })

try {
  copies.push(...Array.from({ length: atOnce }, copyTree))
  await requireGreen(copies[0] ?? '')
  await Promise.all(copies.map(work))
} finally {
  for (const copy of copies) rmSync(copy, { recursive: true, force: true })
}

const named = (verdict: Verdict) => wanted.filter((mutant) => verdicts.get(mutant) === verdict).map(nameOf)
for (const verdict of ['survived', 'broken'] as const)
  for (const name of named(verdict)) say(`${verdict}  ${name}`)
say(
  `${wanted.length} mutants, ${named('killed').length} killed, ${named('survived').length} survived` +
    (named('broken').length > 0 ? `, ${named('broken').length} broken` : '') +
    (verdicts.size < wanted.length ? `, ${wanted.length - verdicts.size} not judged` : ''),
)
process.exitCode = named('killed').length === wanted.length && wanted.length > 0 ? 0 : 1

function nameOf({ file, find, put }: Mutant): string {
  return `${file}: ${JSON.stringify(find)} -> ${JSON.stringify(put)}`
}

async function work(copy: string): Promise<void> {
  for (let next = queue.shift(); next && !isStopping; next = queue.shift()) {
    const [mutant, text] = next
    const path = join(copy, mutant.file)
    const whole = readFileSync(path, 'utf8')
    writeFileSync(path, text)
    const { verdict, noticed } = await judge(copy, mutant.noticedBy)
    writeFileSync(path, whole)
    if (isStopping) return
    verdicts.set(mutant, verdict)
    say(`${verdict.padEnd(8)}  ${nameOf(mutant)}`)
    if (noticed) say(`          ${noticed}`)
  }
}

/** Red without a mutant would count every one of them as killed. */
async function requireGreen(copy: string): Promise<void> {
  for (const [project, mutants] of Map.groupBy(wanted, ({ noticedBy }) => noticedBy.project)) {
    const files = [...new Set(mutants.flatMap(({ noticedBy }) => noticedBy.files))]
    // All files at once, which on a busy machine takes longer than any mutant's few.
    const judged = await judge(copy, { project, files }, files.length * PATIENCE_MS)
    const { verdict, noticed = 'no test was run' } = judged
    if (verdict !== 'survived' && !isStopping)
      throw new Error(`${project}: the tests are red before anything is taken away: ${noticed}`)
  }
}

/** A test that fails has noticed; a file that does not even load has only stumbled over what cannot be read. */
async function judge(
  copy: string,
  { project, files }: Mutant['noticedBy'],
  patienceMs = PATIENCE_MS,
): Promise<{ verdict: Verdict; noticed?: string | undefined }> {
  const report = join(copy, 'mutation-report.json')
  rmSync(report, { force: true })
  const child = spawn(
    process.execPath,
    [
      'node_modules/vitest/vitest.mjs',
      'run',
      '--bail=1',
      '--reporter=json',
      `--outputFile=${report}`,
      `--project=${project}`,
      ...files,
    ],
    { cwd: copy, stdio: 'ignore', detached: true },
  )
  running.add(child)
  const impatient = setTimeout(stop, patienceMs, child)
  const [code] = (await once(child, 'exit')) as [number | null]
  clearTimeout(impatient)
  running.delete(child)
  if (code === 0) return { verdict: 'survived' }
  const noticed = failedIn(report) ?? (code === null ? 'no end was in sight' : undefined)
  return { verdict: noticed ? 'killed' : 'broken', noticed }
}

/** With all that it started. */
function stop({ pid }: ChildProcess): void {
  if (pid) process.kill(-pid)
}

type Report = { testResults: { assertionResults: { status: string; fullName: string }[] }[] }

/** Said beside the verdict: one who is red for another reason has not noticed anything. */
function failedIn(path: string): string | undefined {
  try {
    const { testResults } = JSON.parse(readFileSync(path, 'utf8')) as Report
    const tests = testResults.flatMap(({ assertionResults }) => assertionResults)
    return tests.find(({ status }) => status === 'failed')?.fullName
  } catch {
    return undefined
  }
}
