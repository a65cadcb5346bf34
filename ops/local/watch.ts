import { watch } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from '../launch/places.mjs'

/** One saved file makes several events, and a formatter saves it again. */
const SETTLE_MS = 150
const NO_CODE = /\.test\.ts$|\/test\/|~$|\.sw.$/

/** Tells when code in these folders changed. Answers how to stop. */
export function watchFolders(folders: string[], onChange: () => void): () => void {
  let settling: NodeJS.Timeout | undefined
  const changed = (_event: string, name: string | null) => {
    if (name === null || NO_CODE.test(name)) return
    clearTimeout(settling)
    settling = setTimeout(onChange, SETTLE_MS)
  }
  const watchers = folders.map((folder) => watch(join(ROOT, folder), { recursive: true }, changed))
  return () => {
    clearTimeout(settling)
    for (const watcher of watchers) watcher.close()
  }
}
