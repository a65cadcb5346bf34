import { readFileSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { connect, createServer, type AddressInfo } from 'node:net'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Source } from '@latchkey/shared/env'
import { run } from '../../deeds/run.ts'
import { ROOT } from '../../launch/places.mjs'
import { spawnNode } from '../../local/child.ts'
import { outcomeOf } from '../../local/proof/browser.ts'
import { ensureChromium } from '../../local/proof/chromium.ts'
import type { Outcome } from '../../local/proof/outcome.ts'
import type { MailCatcher } from './mail-catcher.ts'
import type { Stack } from './stack.ts'

/** The one page that only a product on this very machine shows. */
const NOT_THERE = '/dev/inbox|inbox.spec'

/** The browser tests of `npm test`, on the stack instead of on what they would start themselves. */
export async function runBrowserTests(
  stack: Stack,
  mail: MailCatcher,
  turnstilePort: number,
): Promise<Outcome> {
  const chromium = await ensureChromium(new AbortController().signal)
  if ('missing' in chromium) throw new Error(`${chromium.missing}. ${chromium.next}`)
  const folder = await mkdtemp(join(tmpdir(), 'latchkey-stack-browser-'))
  const report = join(folder, 'report.json')
  const env = {
    ...process.env,
    ...chromium.env,
    ...(await commandSettings(stack)),
    E2E_URL: stack.url,
    E2E_INBOX_URL: mail.inboxUrl,
    E2E_TURNSTILE_PORT: String(turnstilePort),
    E2E_REPORT: report,
    E2E_DATA_DIR: join(folder, 'data'),
  }
  const words = [
    'ops/launch.mjs',
    'playwright',
    'test',
    '--config',
    'e2e/playwright.config.ts',
    '--grep-invert',
    NOT_THERE,
  ]
  const { code } = await run([process.execPath, ...words], {
    cwd: ROOT,
    env,
    onLine: (line) => process.stdout.write(`${line}\n`),
  })
  const outcome = outcomeOf(await readFile(report, 'utf8').catch(() => '{}'), code)
  await rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })
  return outcome
}

/** This machine reaches the database past its network's walls, as the engine's host always does. */
async function commandSettings({ dir, compose, docker }: Stack): Promise<Source> {
  const id = (await compose('ps', '--quiet', 'postgres')).trim()
  const addresses = await docker(
    'inspect',
    '--format',
    '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}',
    id,
  )
  const read = (name: string) => readFileSync(join(dir, 'secrets', name), 'utf8').trim()
  const urlOf = (name: string): string => {
    const url = new URL(read(name))
    url.hostname = addresses.trim()
    url.search = '?sslmode=no-verify'
    return url.href
  }
  return {
    E2E_SET_DATABASE_URL: urlOf('database_url'),
    E2E_SET_MIGRATION_DATABASE_URL: urlOf('migration_database_url'),
    E2E_SET_JOBS_DATABASE_URL: urlOf('jobs_database_url'),
    E2E_SET_SESSION_SECRET: read('session_secret'),
    E2E_SET_TOKEN_PEPPER: read('token_pepper'),
    E2E_SET_ENCRYPTION_KEYS: read('encryption_keys'),
  }
}

/** Turnstile's fake, where browsers and containers both reach it: `TURNSTILE_URL` is one address for both. */
export type SharedTurnstile = { port: number; url: string; close(): Promise<void> }

export async function openTurnstile(gateway: string): Promise<SharedTurnstile> {
  const own = createServer().listen(0, '127.0.0.1')
  await once(own, 'listening')
  const { port } = own.address() as AddressInfo
  await new Promise((resolve) => own.close(resolve))
  const fake = spawnNode({ args: ['server/src/test/serve-turnstile.ts', String(port)], env: process.env })
  const ended = once(fake, 'close')
  const way = createServer((from) => {
    const to = connect(port, '127.0.0.1')
    from.pipe(to).pipe(from)
    for (const end of [from, to]) end.on('error', () => (from.destroy(), to.destroy()))
  }).listen(port, gateway)
  await once(way, 'listening')
  return {
    port,
    url: `http://${gateway}:${port}`,
    async close() {
      way.close()
      fake.kill()
      await ended
    },
  }
}
