import { accessSync, constants, statSync } from 'node:fs'
import { userInfo } from 'node:os'
import { basename, join } from 'node:path'
import { Advice } from './advice.mjs'
import { ROOT } from './places.mjs'

/** Everything we make stands inside the clone, so it has to be one that we may write to. */
export function refuseForeignClone() {
  const uid = process.getuid?.()
  if (uid === undefined) return
  if (uid === 0) return warnRoot()
  if (!isWritable(ROOT)) throw new Advice(...makeYourOwn())
  for (const folder of ['node_modules', '.data'])
    if (!isWritable(join(ROOT, folder))) throw new Advice(...takeBack(folder))
}

function warnRoot() {
  const owner = statSync(ROOT).uid
  if (owner === 0 || isTold()) return
  console.warn(
    `Note: this clone belongs to user ${owner} and you are root; what is made here now will be root's.`,
  )
}

/** A script that calls another one goes through here twice. */
function isTold() {
  const told = process.env['LAUNCH_TOLD_ROOT'] === '1'
  process.env['LAUNCH_TOLD_ROOT'] = '1'
  return told
}

/** @param {string} path */
function isWritable(path) {
  try {
    accessSync(path, constants.W_OK)
    return true
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'ENOENT'
  }
}

function makeYourOwn() {
  const own = join('~', basename(ROOT))
  return [
    `This clone belongs to somebody else (user ${statSync(ROOT).uid}), and ${nameOfUser()} may not write here.`,
    `Next: make one of your own: git clone ${ROOT} ${own} && cd ${own}, then the same command again.`,
    `(If git calls it dubious: git config --global --add safe.directory ${join(ROOT, '.git')})`,
  ]
}

/** @param {string} folder */
function takeBack(folder) {
  return [
    `${folder} in this clone belongs to user ${statSync(join(ROOT, folder)).uid}, and ${nameOfUser()} may not write there.`,
    `Next: sudo chown -R ${nameOfUser()} ${join(ROOT, folder)}, then the same command again.`,
  ]
}

function nameOfUser() {
  try {
    return userInfo().username
  } catch {
    return `user ${process.getuid?.()}` // a container may run as a number that has no name
  }
}
