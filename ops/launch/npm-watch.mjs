import { findProcess, isAlive, nameOfProcess } from './process-table.mjs'

const EVERY_MS = 250

/** The launcher at the head of all that runs here: a tool between it and us may be killed without a word. */
const HEAD = 'LAUNCH_HEAD'

/** What a command of ours is told, so that one that comes back through here knows whose end is its own. */
export const headship = () => ({ [HEAD]: findHead() ?? nameOfProcess(process.pid) })

/** One that is no ancestor of ours is only an old word in the environment of some terminal. */
function findHead() {
  const head = process.env[HEAD]
  return head !== undefined && ancestors(process.ppid).some(({ pid }) => head === nameOfProcess(pid))
    ? head
    : undefined
}

/**
 * npm passes SIGTERM on to its shell at best, SIGHUP to nobody, and SIGKILL cannot be passed on. So where npm
 * started us, we look whether it, and every shell between, still lives. Answers how to stop looking.
 * @param {() => void} onGone
 */
export function watchNpm(onGone) {
  const head = findHead()
  const isNpmGone = watchedChain()
  const isGone = () => isNpmGone() || (head !== undefined && !isAlive(head))
  const timer = setInterval(() => isGone() && onGone(), EVERY_MS)
  timer.unref()
  return () => clearInterval(timer)
}

function watchedChain() {
  if (process.env['npm_lifecycle_event'] === undefined) return () => false
  return process.platform === 'linux' ? chainIsBroken() : parentChanged()
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
  const line = ancestors(pid)
  const npm = line.findIndex(({ title }) => isNpm(title))
  const between = line.slice(0, npm)
  return npm !== -1 && between.every(({ title }) => isShell(title))
    ? line.slice(0, npm + 1).map(({ pid }) => pid)
    : []
}

/** @param {number} pid */
function ancestors(pid) {
  const line = []
  for (let next = findProcess(pid); next; next = findProcess(next.parent)) line.push(next)
  return line
}

/** @param {string} title */
const isNpm = (title) => /^npm( |$)|npm-cli\.js|npx-cli\.js/.test(title)
/** @param {string} title */
const isShell = (title) => /^(\S*\/)?-?(ba|da|z|k|a)?sh( |$)/.test(title)
