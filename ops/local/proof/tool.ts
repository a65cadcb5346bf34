import { spawn, type StdioOptions } from 'node:child_process'
import type { Source } from '@latchkey/shared/env'
import { ROOT } from '../../launch/places.mjs'

type Options = { env?: Source; shown: boolean; cwd?: string }
export type Ended = { code: number; output: string }

/** What is asked to end is ended after this long. */
const GRACE_MS = 2500

/** Runs a tool by its name (the launcher put node_modules/.bin first). Shown, it speaks to the terminal itself. */
export function runTool(
  [command = '', ...args]: string[],
  { env, shown, cwd = ROOT }: Options,
  stop: AbortSignal,
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const stdio: StdioOptions = ['ignore', shown ? 'inherit' : 'pipe', shown ? 'inherit' : 'pipe']
    const child = spawn(command, args, { cwd, env: { ...process.env, ...env }, stdio })
    let output = ''
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (chunk) => (output += String(chunk)))
    const end = () => {
      child.kill('SIGINT') // Playwright stops its browsers and its server on this one only
      setTimeout(() => child.kill('SIGKILL'), GRACE_MS).unref()
    }
    stop.addEventListener('abort', end, { once: true })
    child.once('error', reject)
    child.once('close', (code) => {
      stop.removeEventListener('abort', end)
      resolve({ code: code ?? 1, output })
    })
  })
}
