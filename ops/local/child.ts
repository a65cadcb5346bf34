import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Source } from '@latchkey/shared/env'
import { ROOT } from '../launch/places.mjs'

const LEAVE_WITH_PARENT = fileURLToPath(new URL('leave-with-parent.ts', import.meta.url))

/** `hearsUs`: the program itself ends when the channel to us breaks. */
export type Program = { args: string[]; env: Source; cwd?: string; hearsUs?: boolean }

/**
 * A Node program of ours in a group of its own: Ctrl-C is ours to pass on, in our order. The channel tells it when
 * we are gone.
 */
export function spawnNode({ args, env, cwd = ROOT, hearsUs = false }: Program): ChildProcess {
  const preload = hearsUs ? [] : ['--import', LEAVE_WITH_PARENT]
  const stdio = ['ignore', 'pipe', 'pipe', 'ipc'] as const
  return spawn(process.execPath, [...preload, ...args], { cwd, env, detached: true, stdio: [...stdio] })
}

export class ProgramFailed extends Error {
  readonly output: string
  constructor(args: string[], how: string, output: string) {
    super(`${args.join(' ')} ${how}\n${output}`)
    this.output = output
  }
}

/** Runs a program to its end and answers what it printed. */
export function runNode(program: Program, stop: AbortSignal): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawnNode(program)
    const end = () => child.kill('SIGKILL')
    stop.addEventListener('abort', end, { once: true })
    let output = ''
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (chunk) => (output += String(chunk)))
    child.once('error', reject)
    child.once('close', (code, signal) => {
      stop.removeEventListener('abort', end)
      if (code === 0) resolve(output)
      else
        reject(
          new ProgramFailed(
            program.args,
            signal ? `was ended by ${signal}` : `ended with code ${code}`,
            output,
          ),
        )
    })
    if (stop.aborted) end()
  })
}
