import { randomBytes } from 'node:crypto'
import {
  chmodSync,
  closeSync,
  fchmodSync,
  fsyncSync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { Advice } from '../launch/advice.mjs'

/** A folder of secrets, one a file. Nothing in it is written over unless somebody says so, and no link is followed. */
export type SecretFolder = {
  find(name: string): string | undefined
  /** What is there, or what is made because nothing is; also where somebody else makes it at the same moment. */
  keep(name: string, make: () => string): Kept
  replace(name: string, text: string): Kept
}
type Kept = { text: string; isOurs: boolean }

/** Read by a container's user, who is nobody here: what keeps others out is the folder. */
const FOLDER_MODE = 0o700
const FILE_MODE = 0o444

export function openSecretFolder(path: string): SecretFolder {
  mkdirSync(path, { recursive: true, mode: FOLDER_MODE })
  if (!lstatSync(path).isDirectory())
    throw new Advice(
      `${path} is a link or a file, and secrets go into a folder of their own.`,
      `Next: rm ${path}`,
    )
  chmodSync(path, FOLDER_MODE)

  function find(name: string): string | undefined {
    const file = lstatSync(join(path, name), { throwIfNoEntry: false })
    if (!file) return undefined
    if (file.isFile()) return readFileSync(join(path, name), 'utf8')
    throw new Advice(
      `${join(path, name)} is not a plain file, and nothing is written through a link.`,
      `Next: rm ${join(path, name)}`,
    )
  }

  /** Whole or not at all: written beside its place, and put there in one step. */
  function beside(name: string, text: string, put: (from: string, to: string) => void): void {
    const draft = join(path, `.${name}.${randomBytes(6).toString('hex')}`)
    const file = openSync(draft, 'wx', 0o600)
    try {
      writeFileSync(file, text)
      fchmodSync(file, FILE_MODE)
      fsyncSync(file)
      put(draft, join(path, name))
    } finally {
      closeSync(file)
      rmSync(draft, { force: true })
    }
  }

  function keep(name: string, make: () => string): Kept {
    const before = find(name)
    if (before !== undefined) return { text: before, isOurs: false }
    const text = make()
    try {
      // A link is refused where there is a file already; a rename would take its place.
      beside(name, text, linkSync)
      return { text, isOurs: true }
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') return keep(name, make)
      throw error
    }
  }

  function replace(name: string, text: string): Kept {
    find(name)
    beside(name, text, renameSync)
    return { text, isOurs: true }
  }

  return { find, keep, replace }
}
