import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { Redis } from 'ioredis'
import { freePort } from './process.ts'

/** A real redis-server on a free loopback port, which a test may kill, stop and flush. */
export type TestRedis = {
  url: string
  kill(): Promise<void>
  /** On the same port, and empty: it keeps nothing on disk. */
  restart(): Promise<void>
  hang(): void
  wake(): void
  flush(): Promise<void>
  /** No room is left for anything new, until there is again. */
  fill(): Promise<void>
  empty(): Promise<void>
  keys(): Promise<string[]>
  /** So much time goes by for everything that expires. */
  pass(milliseconds: number): Promise<void>
  close(): Promise<void>
}

export const hasRedis = ((): boolean => {
  try {
    execFileSync('redis-server', ['--version'])
    return true
  } catch {
    return false
  }
})()

export async function openTestRedis(): Promise<TestRedis> {
  const port = await freePort()
  const url = `redis://127.0.0.1:${port}`
  let server: ChildProcess
  await begin()

  async function begin(): Promise<void> {
    server = spawn(
      'redis-server',
      ['--port', `${port}`, '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'],
      {
        stdio: 'ignore',
      },
    )
    for (let attempt = 0; attempt < 200; attempt += 1) {
      if (await ask((client) => client.ping()).catch(() => undefined)) return
      await sleep(25)
    }
    throw new Error('redis-server did not start')
  }

  async function ask<T>(question: (client: Redis) => Promise<T>): Promise<T> {
    const client = new Redis(url, { lazyConnect: true, retryStrategy: null, commandTimeout: 1000 })
    client.on('error', () => {})
    try {
      await client.connect()
      return await question(client)
    } finally {
      client.disconnect()
    }
  }

  async function kill(): Promise<void> {
    if (server.exitCode !== null || server.signalCode !== null) return
    const gone = once(server, 'exit')
    server.kill('SIGKILL')
    await gone
  }

  return {
    url,
    kill,
    restart: begin,
    hang: () => void server.kill('SIGSTOP'),
    wake: () => void server.kill('SIGCONT'),
    flush: async () => void (await ask((client) => client.flushall())),
    fill: async () => void (await ask((client) => client.config('SET', 'maxmemory', '1'))),
    empty: async () => void (await ask((client) => client.config('SET', 'maxmemory', '0'))),
    keys: () => ask((client) => client.keys('*')),
    pass: (milliseconds) =>
      ask(async (client) => {
        for (const key of await client.keys('*'))
          await client.pexpire(key, (await client.pttl(key)) - milliseconds)
      }),
    close: kill,
  }
}
