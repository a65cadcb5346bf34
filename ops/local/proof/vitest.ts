import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Outcome } from './outcome.ts'
import { runTool } from './tool.ts'

export async function runVitest(
  { long, rest }: { long: boolean; rest: string[] },
  stop: AbortSignal,
): Promise<Outcome> {
  const folder = await mkdtemp(join(tmpdir(), 'latchkey-vitest-'))
  try {
    const report = join(folder, 'report.json')
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`]
    const env = long ? { TEST_LONG: '1' } : {}
    const { code } = await runTool(['vitest', 'run', ...reporters, ...rest], { env, shown: true }, stop)
    return outcomeOf(await readFile(report, 'utf8').catch(() => '{}'), code)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

type Report = {
  numPassedTests?: number
  numFailedTests?: number
  numPendingTests?: number
  numTodoTests?: number
  testResults?: { status: string; assertionResults: unknown[] }[]
}

/** A file that could not even be read is a failed test, and so is an end in error that no test accounts for. */
export function outcomeOf(json: string, code: number): Outcome {
  const report = JSON.parse(json) as Report
  const broken = (report.testResults ?? []).filter(
    ({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0,
  )
  const failed = (report.numFailedTests ?? 0) + broken.length
  return {
    passed: report.numPassedTests ?? 0,
    failed: failed === 0 && code !== 0 ? 1 : failed,
    skipped: (report.numPendingTests ?? 0) + (report.numTodoTests ?? 0),
  }
}
