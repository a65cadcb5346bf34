import { findProcess, isAlive, nameOfProcess } from './process-table.mjs'

const EVERY_MS = 250

/**
 * npm passes SIGTERM on to its shell at best, SIGHUP to nobody, and SIGKILL cannot be passed on. So where npm
 * started us, we look whether it, and every shell between, still lives. Answers how to stop looking.
 * @param {() => void} onGone
 */
export function watchNpm(onGone) {
  if (process.env['npm_lifecycle_event'] === undefined) return () => {}
  const isGone = process.platform === 'linux' ? chainIsBroken() : parentChanged()
  const timer = setInterval(() => isGone() && onGone(), EVERY_MS)
  timer.unref()
  return () => clearInterval(timer)
}

function chainIsBroken() {
  const names = chainToNpm(process.ppid).map(nameOfProcess)
  return () => names.some((name) => !isAlive(name))
}

function parentChanged() {
  const parent = process.ppid
  return () => process.ppid !== parent
}

/** The pids from our parent up to npm; none when npm is not there, as when a test started us. @param {number} pid */
function chainToNpm(pid) {
  const chain = []
  for (let next = findProcess(pid); next; next = findProcess(next.parent)) {
    chain.push(next.pid)
    if (isNpm(next.title)) return chain
    if (!isShell(next.title)) return []
  }
  return []
}

/** @param {string} title */
const isNpm = (title) => /^npm( |$)|npm-cli\.js|npx-cli\.js/.test(title)
/** @param {string} title */
const isShell = (title) => /^(\S*\/)?-?(ba|da|z|k|a)?sh( |$)/.test(title)
