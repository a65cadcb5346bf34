import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, test } from 'vitest'
import { openTestDb } from '@latchkey/db/test-db'
import { Secret } from '@latchkey/shared/secret'
import { Browser } from './test/browser.ts'

const town = await openTestDb()
afterAll(() => town.close())

const MAIN = fileURLToPath(new URL('main.ts', import.meta.url))
/** Throws where nobody catches, when it is told to. */
const saboteur = (deed: string) =>
  `data:text/javascript,process.on('SIGUSR2',()=>{${encodeURIComponent(deed)}})`

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

type Running = { child: ChildProcess; url: string; said(): string }
async function run(deed: string): Promise<Running> {
  const port = await freePort()
  const settings = Object.entries(town.env).flatMap(([key, value]) => {
    if (value instanceof Secret) return [[key, value.reveal()]]
    return typeof value === 'object' ? [] : [[key, String(value)]]
  })
  const env = {
    ...(Object.fromEntries(settings) as Record<string, string>),
    PATH: process.env['PATH'],
    ENCRYPTION_KEYS: JSON.stringify({ v1: Buffer.alloc(32, 7).toString('base64') }),
    LOG_LEVEL: 'info',
    SERVER_PORT: String(port),
    PUBLIC_URL: `http://localhost:${port}`,
  }
  const child = spawn(process.execPath, ['--import', saboteur(deed), MAIN], { env })
  let said = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (said += chunk.toString()))
  while (!said.includes('"listening"')) {
    if (child.exitCode !== null) throw new Error(`the server did not start: ${said}`)
    await once(child.stdout, 'data')
  }
  return { child, url: `http://127.0.0.1:${port}`, said: () => said }
}

const secret = town.env.SESSION_SECRET.reveal()
const deeds = [
  ['a timer', `setTimeout(()=>{throw new Error('boom ${secret}')})`],
  ['a promise', `void Promise.reject(new Error('boom ${secret}'))`],
  ['a thrown word', `setTimeout(()=>{throw 'boom ${secret}'})`],
  ['a cause', `setTimeout(()=>{throw new Error('boom',{cause:{url:'${town.env.DATABASE_URL.reveal()}'}})})`],
] as const

describe('L5: what nobody caught', () => {
  test.each(deeds)(
    'from %s is told once, without secrets, and ends the process with 1',
    async (_what, deed) => {
      const { child, url, said } = await run(deed)
      try {
        expect((await new Browser(url).get('/api/health')).status).toBe(200)
        const ended = once(child, 'close')
        child.kill('SIGUSR2')
        expect((await ended)[0]).toBe(1)
        const lines = said()
          .split('\n')
          .filter(Boolean)
          .map((line) => JSON.parse(line) as { level: string; crash?: string })
        const fatal = lines.filter(({ level }) => level === 'fatal')
        expect(fatal).toMatchObject([{ crash: expect.stringContaining('boom') as string }])
        for (const hidden of [secret, town.env.DATABASE_URL.reveal()]) expect(said()).not.toContain(hidden)
      } finally {
        child.kill('SIGKILL')
      }
    },
  )
})
