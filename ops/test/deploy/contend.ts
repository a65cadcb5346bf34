import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Contender, Outcome } from './contender.ts'

/** One that was started: how it went, what it said later, and two ways to end it. */
export type Contending = {
  outcome: Promise<Outcome>
  later: string[]
  leave(): Promise<void>
  kill(): Promise<void>
}

export function contend(contender: Contender): Contending {
  const file = join(import.meta.dirname, 'contender.ts')
  const child = spawn(process.execPath, [file, JSON.stringify(contender)], { stdio: 'pipe' })
  const gone = once(child, 'exit')
  const later: string[] = []
  let said = ''
  child.stderr.on('data', (chunk) => (said += String(chunk)))
  const outcome = new Promise<Outcome>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      later.push(line)
      resolve(JSON.parse(line) as Outcome)
    })
    child.once('exit', (code) => reject(new Error(`it ended with ${code}: ${said}`)))
  })
  return { outcome, later, leave: () => leave(child, gone), kill: () => kill(child, gone) }
}

async function leave(child: ChildProcess, gone: Promise<unknown>): Promise<void> {
  child.stdin?.end()
  await gone
}

async function kill(child: ChildProcess, gone: Promise<unknown>): Promise<void> {
  child.kill('SIGKILL')
  await gone
}
