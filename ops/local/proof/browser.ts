import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ensureChromium } from './chromium.ts'
import { missing, type Outcome } from './outcome.ts'
import { runTool } from './tool.ts'

/** The product as `npm start` gives it, with a data folder of its own, looked at through a real browser. */
export async function runBrowser(stop: AbortSignal): Promise<Outcome> {
  const chromium = await ensureChromium(stop)
  if ('missing' in chromium) return missing(chromium.missing, chromium.next, process.env['CI'] === 'true')
  const folder = await mkdtemp(join(tmpdir(), 'latchkey-browser-'))
  try {
    const report = join(folder, 'report.json')
    const env = { ...chromium.env, E2E_REPORT: report, E2E_DATA_DIR: join(folder, 'data') }
    const command = ['playwright', 'test', '--config', 'e2e/playwright.config.ts']
    const { code } = await runTool(command, { env, shown: true }, stop)
    return outcomeOf(await readFile(report, 'utf8').catch(() => '{}'), code)
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })
  }
}

type Report = { stats?: { expected: number; unexpected: number; flaky: number; skipped: number } }

export function outcomeOf(json: string, code: number): Outcome {
  const { stats } = JSON.parse(json) as Report
  const failed = stats?.unexpected ?? 0
  return {
    passed: (stats?.expected ?? 0) + (stats?.flaky ?? 0),
    failed: failed === 0 && code !== 0 ? 1 : failed,
    skipped: stats?.skipped ?? 0,
  }
}
