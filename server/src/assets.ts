import { copyFile, mkdir, readdir, rename, rm, stat, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { DAY } from '@latchkey/shared/limits'

/** A page that is older than this has been loaded anew by then. */
const KEPT_SECONDS = 30 * DAY

/** The fingerprinted files of a build, laid where every server finds them before any of them serves a page of it. */
export async function publishAssets(from: string, to: string): Promise<{ added: number; removed: number }> {
  await mkdir(to, { recursive: true })
  const [ours, there] = await Promise.all([readdir(from), readdir(to)])
  const now = new Date()
  const missing = ours.filter((name) => !there.includes(name))
  for (const name of missing) await copyWhole(join(from, name), join(to, name))
  for (const name of ours) await utimes(join(to, name), now, now)
  const old = await oldAmong(to, there)
  for (const name of old) await rm(join(to, name))
  return { added: missing.length, removed: old.length }
}

/** Whoever asks meanwhile finds the whole file or none. */
async function copyWhole(from: string, to: string): Promise<void> {
  await copyFile(from, `${to}.part`)
  await rename(`${to}.part`, to)
}

async function oldAmong(folder: string, names: string[]): Promise<string[]> {
  const before = Date.now() - KEPT_SECONDS * 1000
  const times = await Promise.all(names.map((name) => stat(join(folder, name))))
  return names.filter((_, nth) => (times[nth]?.mtimeMs ?? before) < before)
}
