import { readFileSync } from 'node:fs'

/**
 * @typedef {{ pid: number, parent: number, startedAt: string, isDead: boolean, title: string }} Process
 * `startedAt` tells a process from a later one that was given the same number.
 */

/** What /proc says about a process; undefined where there is none, or no /proc. @param {number} pid */
export function findProcess(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    const title = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim()
    const [state = '', parent = '0'] = fields
    return { pid, parent: Number(parent), startedAt: fields[19] ?? '', isDead: 'ZX'.includes(state), title }
  } catch {
    return undefined
  }
}

/** "1234@567890": a process's number with what makes it that very process. @param {number} pid */
export const nameOfProcess = (pid) => `${pid}@${findProcess(pid)?.startedAt ?? ''}`

/** @param {string} name */
export function isAlive(name) {
  const [pid, startedAt] = name.split('@')
  if (startedAt) return isSame(findProcess(Number(pid)), startedAt)
  try {
    process.kill(Number(pid), 0)
    return true
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'EPERM'
  }
}

/** @param {Process | undefined} found @param {string} startedAt */
const isSame = (found, startedAt) => found !== undefined && !found.isDead && found.startedAt === startedAt
