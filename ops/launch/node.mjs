import { existsSync, readFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { Advice } from './advice.mjs'
import { NODE_MODULES, ROOT } from './places.mjs'

const STARTS_WITH = 20
const RUNS_ON = 24
const PLATFORM_PACKAGE = `node-${process.platform}-${process.arch}`

/** Asked before anything is installed, so that the answer does not take a minute. */
export function refuseOldNode() {
  const major = majorOf(process.versions.node)
  if (major < STARTS_WITH) throw new Advice(...install(STARTS_WITH))
  if (!pins(PLATFORM_PACKAGE) && major < RUNS_ON) throw new Advice(...install(RUNS_ON))
}

/** The environment in which `node` is the pinned one and the installed tools go by their names. */
export function pinnedEnvironment() {
  const pinned = join(NODE_MODULES, PLATFORM_PACKAGE, 'bin')
  const first = existsSync(join(pinned, 'node')) ? [pinned] : fallback()
  const path = [...first, join(NODE_MODULES, '.bin'), process.env['PATH']].filter(Boolean).join(delimiter)
  return { ...process.env, PATH: path }
}

/** Without a platform package the Node that runs us must do. */
function fallback() {
  if (majorOf(process.versions.node) < RUNS_ON) throw new Advice(...install(RUNS_ON))
  return [join(process.execPath, '..')]
}

/** @param {number} major */
function install(major) {
  return [
    `Node ${major} or newer is needed here; this is ${process.versions.node} on ${process.platform}-${process.arch}.`,
    `Next: install it from https://nodejs.org (or: nvm install ${RUNS_ON}), then the same command again.`,
  ]
}

/** @param {string} name */
function pins(name) {
  const { optionalDependencies = {} } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))
  return name in optionalDependencies
}

/** @param {string} version */
const majorOf = (version) => Number(version.split('.')[0])
