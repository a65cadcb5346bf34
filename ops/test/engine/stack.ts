import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { Source } from '@latchkey/shared/env'
import { type Ran, run } from '../../deeds/run.ts'
import { ROOT } from '../../launch/places.mjs'

/** The product as compose runs it, from a copy of the tracked files, with everything of it under a name of its own. */
export type Stack = {
  dir: string
  url: string
  compose(...words: string[]): Promise<string>
  /** Says what a command in a container came to, whatever that is. */
  exec(service: string, ...words: string[]): Promise<Ran>
  /** From this machine, past all that people may reach. */
  docker(...words: string[]): Promise<string>
  close(): Promise<void>
}

/** Traefik has no image here; the stand-in has its place. */
export const SERVICES = ['postgres', 'redis', 'server-a', 'server-b', 'jobs', 'stand-in'] as const

export async function openStack(project: string, settings: Source = {}): Promise<Stack> {
  await requireEngine()
  const dir = await copyOfTree()
  const port = await freePort()
  const url = `http://localhost:${port}`
  const env = {
    ...process.env,
    COMPOSE_PROJECT_NAME: project,
    COMPOSE_FILE: `${join(dir, 'compose.yaml')}:${join(dir, 'ops/test/engine/compose.test.yaml')}`,
    STAND_IN: join(dir, 'ops/test/engine/stand-in'),
    EDGE_PORT: String(port),
  }
  writeFileSync(join(dir, '.env'), linesOf({ ...settings, ENV: settings['ENV'] ?? 'local', PUBLIC_URL: url }))

  async function docker(...words: string[]): Promise<string> {
    const { code, stdout, stderr } = await run(['docker', ...words], { env, cwd: dir })
    if (code === 0) return stdout
    const logs = words.includes('up')
      ? await run(['docker', 'compose', 'logs', '--tail', '40'], { env, cwd: dir })
      : undefined
    throw new Error([`docker ${words.join(' ')}: ${code}`, stdout, stderr, logs?.stdout].join('\n'))
  }
  const compose = (...words: string[]) => docker('compose', ...words)
  await compose('down', '--volumes', '--remove-orphans', '--timeout', '1')
  return {
    dir,
    url,
    docker,
    compose,
    exec: (service, ...words) =>
      run(['docker', 'compose', 'exec', '-T', service, ...words], { env, cwd: dir }),
    async close() {
      await compose('down', '--volumes', '--remove-orphans', '--timeout', '5')
      rmSync(dir, { recursive: true, force: true })
    },
  }
}

async function requireEngine(): Promise<void> {
  const { code, stderr } = await run(['docker', 'info', '--format', '{{.ServerVersion}}'])
  if (code !== 0)
    throw new Error(
      `No container engine answers, and these tests are about one.\n${stderr}Next: start it, and see that \`docker info\` answers`,
    )
}

/** As a clone has them, and what is about to be committed. */
async function copyOfTree(): Promise<string> {
  const { stdout } = await run(['git', 'ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: ROOT,
  })
  const dir = mkdtempSync(join(tmpdir(), 'latchkey-stack-'))
  for (const path of stdout.split('\0').filter((name) => name && existsSync(join(ROOT, name)))) {
    mkdirSync(dirname(join(dir, path)), { recursive: true })
    cpSync(join(ROOT, path), join(dir, path))
  }
  return dir
}

const linesOf = (settings: Source): string =>
  Object.entries(settings)
    .map(([key, value]) => `${key}=${value}\n`)
    .join('')

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}
