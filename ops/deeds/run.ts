import { spawn } from 'node:child_process'
import type { Source } from '@latchkey/shared/env'

/** A program and its words. Never a shell's sentence. */
export type Command = readonly [program: string, ...words: string[]]
export type Ran = { code: number; stdout: string; stderr: string }
export type RunOptions = {
  stdin?: string
  /** The whole environment of the program; without it, ours. */
  env?: Source
  cwd?: string
  signal?: AbortSignal
  /** Each line as it comes, for whoever follows. */
  onLine?: (line: string) => void
  timeoutMs?: number
  /** So many letters of the end of what it says are kept; without it, all. For what has no end. */
  keeps?: number
  /** Its stdin stays open as long as it runs: the other end knows by it that we are still here. */
  holdsStdin?: boolean
}

/** Does one command to its end. A code that is not 0 is an answer; that there is no such program is one as well. */
export type Run = (command: Command, options?: RunOptions) => Promise<Ran>

/** As shells have it. */
const NOT_FOUND = 127
const TIMED_OUT = 124
/** Whoever does not hear is ended without being asked. */
const DEAF_AFTER_MS = 5000

/** The only place where the operator's tools start a program. */
export const run: Run = (command, { stdin, env, cwd, signal, onLine, timeoutMs, keeps, holdsStdin } = {}) =>
  new Promise((resolve) => {
    const [program, ...words] = command
    const child = spawn(program, words, { cwd, env: env ?? process.env, shell: false, windowsHide: true })
    const ran: Ran = { code: 0, stdout: '', stderr: '' }
    let isLate = false
    const end = () => {
      child.kill('SIGTERM')
      setTimeout(() => child.kill('SIGKILL'), DEAF_AFTER_MS).unref()
    }
    const patience = timeoutMs
      ? setTimeout(() => {
          isLate = true
          end()
        }, timeoutMs)
      : undefined
    signal?.addEventListener('abort', end, { once: true })
    for (const name of ['stdout', 'stderr'] as const) {
      const lines = linesTo(onLine)
      child[name].setEncoding('utf8').on('data', (chunk: string) => {
        ran[name] = keeps === undefined ? ran[name] + chunk : (ran[name] + chunk).slice(-keeps)
        lines.take(chunk)
      })
      child[name].once('end', lines.end)
    }
    const finish = (code: number): void => {
      clearTimeout(patience)
      signal?.removeEventListener('abort', end)
      resolve({ ...ran, code })
    }
    child.once('error', (error: NodeJS.ErrnoException) => {
      ran.stderr += `${program}: ${error.code === 'ENOENT' ? 'not found on this machine' : error.message}\n`
      finish(NOT_FOUND)
    })
    child.once('close', (code) => finish(isLate ? TIMED_OUT : (code ?? 1)))
    // Whoever ends before it has read everything has said what it had to say by its code.
    child.stdin.on('error', () => {})
    child.stdin.write(stdin ?? '')
    if (!holdsStdin) child.stdin.end()
    if (signal?.aborted) end()
  })

type Lines = { take(chunk: string): void; end(): void }

function linesTo(onLine: ((line: string) => void) | undefined): Lines {
  if (!onLine) return { take: () => {}, end: () => {} }
  let rest = ''
  return {
    take(chunk) {
      const lines = (rest + chunk).split('\n')
      rest = lines.pop() ?? ''
      lines.forEach((line) => onLine(line))
    },
    end: () => rest !== '' && onLine(rest),
  }
}
