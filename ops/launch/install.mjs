import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Advice } from './advice.mjs'
import { holdLock } from './lock.mjs'
import { isSatisfied } from './lockfile.mjs'
import { NODE_MODULES, ROOT } from './places.mjs'
import { outcomeOf } from './run.mjs'

const LOCKFILE = join(ROOT, 'package-lock.json')
const INSTALLED = join(NODE_MODULES, '.package-lock.json')
const STAMP = join(NODE_MODULES, '.launch-stamp')
const LOCK = join(ROOT, '.data', 'install.lock')

/** node_modules is what package-lock.json says: also after a git pull, or after an installation that was cut off. */
export async function ensureInstalled() {
  if (isInstalled()) return
  const lock = await holdLock(LOCK, ({ pid }) =>
    console.log(`Another command (pid ${pid}) is installing the packages; waiting for it.`),
  )
  try {
    if (!isInstalled()) await install(lock)
  } finally {
    lock.release()
  }
}

function isInstalled() {
  const now = fingerprint()
  if (now === undefined) return false
  if (read(STAMP) === now) return true
  const matches = isSatisfied(packagesOf(LOCKFILE), packagesOf(INSTALLED))
  if (matches) writeFileSync(STAMP, now)
  return matches
}

/** npm writes its own record of node_modules last, so without one the installation is not complete. */
function fingerprint() {
  const installed = read(INSTALLED)
  if (installed === undefined) return undefined
  return createHash('sha256')
    .update(read(LOCKFILE) ?? '')
    .update(installed)
    .digest('hex')
}

/** @param {import('./lock.mjs').Lock} lock */
async function install(lock) {
  const count = Object.keys(packagesOf(LOCKFILE)).length
  const startedAt = Date.now()
  console.log(
    `Installing the packages of package-lock.json (about ${count}; the first time takes a minute) …`,
  )
  const ticking = setInterval(() => console.log(`  … still installing, ${secondsSince(startedAt)} s`), 15_000)
  const { code, signal } = await npmCi(lock).finally(() => clearInterval(ticking))
  if (signal) process.kill(process.pid, signal)
  if (code !== 0) throw new Advice(...failed(code))
  writeFileSync(STAMP, fingerprint() ?? '')
  console.log(`Installed in ${secondsSince(startedAt)} s.`)
}

/** Dev tools always, whatever NODE_ENV says. Without the warnings: they are about the Node that npm runs on. @param {import('./lock.mjs').Lock} lock */
function npmCi(lock) {
  const args = ['ci', '--include=dev', '--include=optional', '--loglevel=error']
  const npm = process.env['npm_execpath'] ?? ''
  const [command, ...first] = npm.endsWith('npm-cli.js') ? [process.execPath, npm] : ['npm']
  return outcomeOf(command ?? 'npm', [...first, ...args], {
    cwd: ROOT,
    env: process.env,
    onStart: (pid) => lock.share(pid),
  })
}

/** @param {number | null} code */
function failed(code) {
  return [
    `npm ci ended with code ${code}; what it said stands above.`,
    'Next: see whether the package registry can be reached (npm ping), then the same command again.',
    'If package.json was edited by hand: npm install writes the lockfile anew.',
  ]
}

/** @param {string} path */
function packagesOf(path) {
  return JSON.parse(read(path) ?? '{}').packages ?? {}
}

/** @param {string} path */
function read(path) {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}

/** @param {number} since */
const secondsSince = (since) => Math.round((Date.now() - since) / 1000)
