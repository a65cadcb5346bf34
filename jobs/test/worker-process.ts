import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { sourceOf } from '@latchkey/db/test-db'
import type { Env } from '@latchkey/shared/env'

/** The worker as it is run, in a process of its own, which may be killed. */
export function startWorkerProcess(env: Env, settings: Record<string, string> = {}) {
  const child: ChildProcess = spawn(process.execPath, [join(import.meta.dirname, '../src/main.ts')], {
    env: { ...sourceOf(env), LOG_LEVEL: 'info', ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const lines: string[] = []
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (text: string) => lines.push(...text.split('\n')))
  return {
    /** What it said. */
    said: (words: string) => lines.some((line) => line.includes(words)),
    async end(signal: 'SIGKILL' | 'SIGTERM'): Promise<number | null> {
      if (child.exitCode !== null || child.signalCode !== null) return child.exitCode
      child.kill(signal)
      const [code] = (await once(child, 'exit')) as [number | null]
      return code
    },
  }
}
