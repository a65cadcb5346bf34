import { spawn } from 'node:child_process'
import { isatty } from 'node:tty'
import { Advice } from './advice.mjs'
import { headship, watchNpm } from './npm-watch.mjs'

/** What is asked to end has this long; npm's death must leave nothing behind after 5 s. */
const GRACE_MS = 4000

/**
 * Runs a command to its end in our own process group, passes signals on, and takes over how it ended.
 * @param {string} command @param {string[]} args @param {NodeJS.ProcessEnv} env
 */
export async function run(command, args, env) {
  const { code, signal } = await outcomeOf(command, args, { env })
  if (signal) process.kill(process.pid, signal)
  else process.exitCode = code ?? 1
}

/**
 * @param {string} command @param {string[]} args
 * @param {{ env: NodeJS.ProcessEnv, cwd?: string, onStart?: (pid: number) => void }} options
 * @returns {Promise<{ code: number | null, signal: NodeJS.Signals | null }>}
 */
export function outcomeOf(command, args, { onStart, ...options }) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      ...options,
      env: { ...options.env, ...headship() },
      stdio: 'inherit',
    })
    const letGo = passSignalsTo(child)
    child.once('spawn', () => onStart?.(/** @type {number} */ (child.pid)))
    child.once('error', (error) => reject(new Advice(`Cannot run ${command}: ${error.message}`)))
    child.once('exit', (code, signal) => {
      letGo()
      resolve({ code, signal })
    })
  })
}

/** @param {import('node:child_process').ChildProcess} child */
function passSignalsTo(child) {
  /** @type {NodeJS.Timeout | undefined} */
  let killing
  /** @param {NodeJS.Signals} signal */
  const end = (signal) => {
    child.kill(signal)
    killing ??= setTimeout(() => child.kill('SIGKILL'), GRACE_MS)
  }
  /** At a terminal Ctrl-C reaches the whole group by itself: passing it on would make it two. */
  const interrupt = () => isatty(0) || isatty(1) || isatty(2) || child.kill('SIGINT')
  const handlers = /** @type {const} */ ([
    ['SIGINT', interrupt],
    ['SIGTERM', () => end('SIGTERM')],
    ['SIGHUP', () => end('SIGHUP')],
  ])
  for (const [signal, handler] of handlers) process.on(signal, handler)
  const unwatch = watchNpm(() => end('SIGTERM'))
  return () => {
    clearTimeout(killing)
    unwatch()
    for (const [signal, handler] of handlers) process.off(signal, handler)
  }
}
