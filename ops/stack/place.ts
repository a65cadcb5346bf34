import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'

/** What lies beside compose.yaml and goes into the swarm with it. */
export type Place = {
  /** Every file of a folder, by its path in there; none where there is no such folder. */
  files(folder: string): PlacedFile[]
  secret(file: string): PlacedSecret | undefined
}
export type PlacedFile = { path: string; text: string; isProgram: boolean }
/** Its text stays where it is. When it was written tells it from the one before. */
export type PlacedSecret = { isEmpty: boolean; writtenAt: Date }

export const placeAt = (root: string): Place => ({
  files: (folder) => filesIn(join(root, folder)),
  secret(file) {
    const path = join(root, file)
    const stat = statSync(path, { throwIfNoEntry: false })
    return stat && { isEmpty: readFileSync(path, 'utf8').trim() === '', writtenAt: stat.mtime }
  },
})

function filesIn(folder: string): PlacedFile[] {
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return []
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((path) => ({ path: path.replaceAll('\\', '/'), stat: statSync(join(folder, path)) }))
    .filter(({ stat }) => stat.isFile())
    .sort((one, other) => (one.path < other.path ? -1 : 1))
    .map(({ path, stat }) => ({
      path,
      text: readFileSync(join(folder, path), 'utf8'),
      isProgram: (stat.mode & 0o100) !== 0,
    }))
}
