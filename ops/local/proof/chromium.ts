import { existsSync, readdirSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import type { Source } from '@latchkey/shared/env'
import { hasApt, installWithApt } from './apt.ts'

type Found = { env: Source } | { missing: string; next: string }

/** The browser on this machine, else installed the way the platform does it: by apt, where we may. */
export async function ensureChromium(stop: AbortSignal): Promise<Found> {
  const here = findChromium(process.env)
  if (here) return here
  const chosen = process.env['CHROMIUM_PATH']
  if (chosen)
    return {
      missing: `CHROMIUM_PATH=${chosen} is not there`,
      next: 'CHROMIUM_PATH=/path/to/chromium npm test',
    }
  await installWithApt(['chromium', 'fonts-liberation'], stop)
  return findChromium(process.env) ?? { missing: 'there is no Chromium on this machine', next: advice() }
}

const PATHS = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
]

/** Playwright's own download serves as well, and needs no path. */
export function findChromium(environment: Source): { env: Source } | undefined {
  const chosen = environment['CHROMIUM_PATH']
  const path = (chosen ? [chosen] : PATHS).find((candidate) => existsSync(candidate))
  if (path) return { env: { CHROMIUM_PATH: path } }
  return !chosen && hasDownload(environment) ? { env: {} } : undefined
}

function hasDownload(environment: Source): boolean {
  const cache = process.platform === 'darwin' ? 'Library/Caches' : '.cache'
  const folder = environment['PLAYWRIGHT_BROWSERS_PATH'] ?? join(homedir(), cache, 'ms-playwright')
  return existsSync(folder) && readdirSync(folder).some((name) => name.startsWith('chromium'))
}

const advice = (): string =>
  hasApt()
    ? 'sudo apt-get install -y chromium, then npm test again'
    : 'npx playwright install chromium, then npm test again'
