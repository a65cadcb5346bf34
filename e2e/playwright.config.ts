import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { defineConfig } from '@playwright/test'

/**
 * The product as a person starts it, `npm start`, on a port and in a data directory of its own.
 * This file is read in every worker; what it chose the first time stands in the environment.
 */
const port = (process.env['E2E_PORT'] ??= freePort())
const turnstilePort = (process.env['E2E_TURNSTILE_PORT'] ??= freePort())
const ROOT = join(import.meta.dirname, '..')
/** Only named here: the product makes it, so whoever merely reads this file leaves nothing behind. */
const dataDir = (process.env['E2E_DATA_DIR'] ??= join(tmpdir(), `latchkey-e2e-${process.pid}-${port}`))
const chromium =
  process.env['CHROMIUM_PATH'] ??
  ['/usr/bin/chromium', '/usr/bin/google-chrome'].find((path) => existsSync(path))

/** A product that runs already, such as the one that compose has brought up. */
const elsewhere = process.env['E2E_URL']

/** In a closed network the browser's own errands are refused, many at a time. */
const QUIET = [
  '--disable-quic',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
]

export default defineConfig({
  testDir: 'specs',
  outputDir: '../test-results',
  fullyParallel: true,
  forbidOnly: Boolean(process.env['CI']),
  // Containers and their health checks want half of a small machine for themselves.
  workers: elsewhere ? 1 : 2,
  // Against what hangs: a machine that is busy with much else takes more than a minute for the longest of them.
  timeout: 120_000,
  expect: { timeout: 10_000 },
  reporter: process.env['E2E_REPORT']
    ? [['list'], ['json', { outputFile: process.env['E2E_REPORT'] }]]
    : [['list']],
  use: {
    baseURL: elsewhere ?? `http://localhost:${port}`,
    // Pictures of every moment cost a third of the time; the pages are in the trace as well, and the last picture beside it.
    trace: { mode: 'retain-on-failure', screenshots: false },
    screenshot: 'only-on-failure',
    launchOptions: {
      ...(chromium && { executablePath: chromium }),
      args: [...QUIET, ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])],
    },
  },
  webServer: elsewhere
    ? []
    : [
        {
          command: `node ops/launch.mjs node server/src/test/serve-turnstile.ts ${turnstilePort}`,
          cwd: ROOT,
          url: `http://127.0.0.1:${turnstilePort}/turnstile/v0/api.js`,
          gracefulShutdown: { signal: 'SIGTERM', timeout: 2000 },
        },
        {
          command: 'node ops/launch.mjs node ops/local/start.ts',
          cwd: ROOT,
          url: `http://localhost:${port}/api/health`,
          timeout: 180_000,
          gracefulShutdown: { signal: 'SIGTERM', timeout: 8000 },
          env: {
            ENV: 'local',
            SERVER_PORT: port,
            PUBLIC_URL: `http://localhost:${port}`,
            DATA_DIR: dataDir,
            DATABASE_URL: '',
            // Each test comes from an address of its own (support/test.ts), as people do.
            TRUSTED_PROXIES: '127.0.0.1,::1',
            TURNSTILE_SITE_KEY: 'site-key-of-the-fake',
            TURNSTILE_SECRET_KEY: 'secret-of-the-fake',
            TURNSTILE_URL: `http://127.0.0.1:${turnstilePort}`,
          },
        },
      ],
})

function freePort(): string {
  const ask = `const s = require('node:net').createServer().listen(0, '127.0.0.1', () => { console.log(s.address().port); s.close() })`
  return execFileSync(process.execPath, ['-e', ask], { encoding: 'utf8' }).trim()
}
