import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { sourceOf } from '@latchkey/db/test-db'
import type { Env, Source } from '@latchkey/shared/env'

/** A part of the product as it is run: a process of its own, from its `main.ts`. */
export type Process = { child: ChildProcess; said(): string; ended: Promise<number | null> }
export type Running = Process & { url: string }

const mainOf = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

export async function runServer(
  env: Env,
  { settings = {}, flags = [] }: { settings?: Source; flags?: string[] } = {},
): Promise<Running> {
  const port = settings['SERVER_PORT'] ?? String(await freePort())
  const own = { SERVER_PORT: port, PUBLIC_URL: `http://localhost:${port}` }
  const main = { path: mainOf('../main.ts'), flags, ready: '"listening"' }
  return { ...(await run(main, env, { ...own, ...settings })), url: `http://127.0.0.1:${port}` }
}

export const runWorker = (env: Env, settings: Source = {}): Promise<Process> =>
  run({ path: mainOf('../../../jobs/src/main.ts'), flags: [], ready: '"working"' }, env, settings)

async function run(
  { path, flags, ready }: { path: string; flags: string[]; ready: string },
  env: Env,
  settings: Source,
): Promise<Process> {
  const child = spawn(process.execPath, [...flags, path], {
    env: { ...sourceOf(env), PATH: process.env['PATH'], LOG_LEVEL: 'info', ...settings },
  })
  let said = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (said += chunk.toString()))
  const ended = once(child, 'exit').then(([code]) => code as number | null)
  while (!said.includes(ready)) {
    if (child.exitCode !== null) throw new Error(`it did not start (${child.exitCode}): ${said}`)
    await Promise.race([once(child.stdout, 'data'), ended])
  }
  return { child, said: () => said, ended }
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}
