import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { sourceOf } from '@latchkey/db/test-db'
import type { Env, Source } from '@latchkey/shared/env'

/** The server as it is run: a process of its own, from `main.ts`. */
export type Running = { child: ChildProcess; url: string; said(): string; ended: Promise<number | null> }

const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url))

export async function runServer(
  env: Env,
  { settings = {}, flags = [] }: { settings?: Source; flags?: string[] } = {},
): Promise<Running> {
  const port = settings['SERVER_PORT'] ?? String(await freePort())
  const own = { LOG_LEVEL: 'info', SERVER_PORT: port, PUBLIC_URL: `http://localhost:${port}` }
  const child = spawn(process.execPath, [...flags, MAIN], {
    env: { ...sourceOf(env), PATH: process.env['PATH'], ...own, ...settings },
  })
  let said = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (said += chunk.toString()))
  const ended = once(child, 'exit').then(([code]) => code as number | null)
  while (!said.includes('"listening"')) {
    if (child.exitCode !== null) throw new Error(`the server did not start: ${said}`)
    await Promise.race([once(child.stdout, 'data'), ended])
  }
  return { child, url: `http://127.0.0.1:${port}`, said: () => said, ended }
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}
