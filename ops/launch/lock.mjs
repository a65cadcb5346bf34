import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { isAlive, nameOfProcess } from './process-table.mjs'

/**
 * A lock is a file with the processes that hold it, and what they want to be known. It is free when none of them
 * lives any more.
 * @typedef {{ holders: string[], note: Record<string, string> }} Content
 * @typedef {{ pid: string, note: Record<string, string> }} Holder
 * @typedef {{ tell(note: Record<string, string>): void, share(pid: number): void, release(): void }} Lock
 */

/** Waits until the lock is ours. @param {string} path @param {(holder: Holder) => void} onWait @returns {Promise<Lock>} */
export async function holdLock(path, onWait) {
  for (let told = false; ; told = true) {
    const taken = takeLock(path)
    if ('lock' in taken) return taken.lock
    if (!told) onWait(taken.holder)
    await sleep(200)
  }
}

/** @param {string} path @param {Record<string, string>} note @returns {{ lock: Lock } | { holder: Holder }} */
export function takeLock(path, note = {}) {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  while (!create(path, note)) {
    const { holders, note } = contentOf(path)
    const alive = holders.find(isAlive)
    if (alive !== undefined) return { holder: { pid: alive.split('@')[0] ?? '?', note } }
    discard(path)
  }
  return { lock: lockAt(path, { holders: [nameOfProcess(process.pid)], note }) }
}

/** Who holds it, for those who only want to know. @param {string} path @returns {Holder | undefined} */
export function findHolder(path) {
  const { holders, note } = contentOf(path)
  const alive = holders.find(isAlive)
  return alive === undefined ? undefined : { pid: alive.split('@')[0] ?? '?', note }
}

/** @param {string} path @param {Content} content @returns {Lock} */
function lockAt(path, content) {
  /** @param {Partial<Content>} change */
  const update = (change) => {
    Object.assign(content, change)
    const next = `${path}.${process.pid}`
    writeFileSync(next, JSON.stringify(content))
    renameSync(next, path)
  }
  return {
    tell: (note) => update({ note: { ...content.note, ...note } }),
    share: (pid) => update({ holders: [...content.holders, nameOfProcess(pid)] }),
    release: () => rmSync(path, { force: true }),
  }
}

/** A link is made with its content or not at all. @param {string} path @param {Record<string, string>} note */
function create(path, note) {
  const own = `${path}.${process.pid}`
  writeFileSync(own, JSON.stringify({ holders: [nameOfProcess(process.pid)], note }))
  try {
    linkSync(own, path)
    return true
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EEXIST') throw error
    return false
  } finally {
    rmSync(own, { force: true })
  }
}

/** Whoever moves a stale lock away first wins; one that turned out to be alive is put back. @param {string} path */
function discard(path) {
  const aside = `${path}.stale.${process.pid}`
  try {
    renameSync(path, aside)
    if (contentOf(aside).holders.some(isAlive)) linkSync(aside, path)
  } catch {
    // Another process was faster.
  } finally {
    rmSync(aside, { force: true })
  }
}

/** @param {string} path @returns {Content} */
function contentOf(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch {
    return { holders: [], note: {} }
  }
}
