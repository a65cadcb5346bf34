import { execFileSync } from 'node:child_process'
import { lstatSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Advice } from '../launch/advice.mjs'
import type { File } from './plan.ts'

const git = (root: string, ...words: string[]): string =>
  execFileSync('git', words, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })

/** What git keeps: neither packages nor local data. Pictures and the like are left out. */
export function trackedFiles(root: string): File[] {
  try {
    return git(root, 'ls-files', '-z')
      .split('\0')
      .filter((path) => path && lstatSync(join(root, path), { throwIfNoEntry: false })?.isFile())
      .map((path) => ({ path, bytes: readFileSync(join(root, path)) }))
      .filter(({ bytes }) => !bytes.includes(0))
      .map(({ path, bytes }) => ({ path, text: bytes.toString('utf8') }))
  } catch {
    throw new Advice(
      'This is no git repository, and a rename goes over what git keeps.',
      "Next: git init && git add . && git commit -m 'as it was'",
    )
  }
}

export const isClean = (root: string): boolean => git(root, 'status', '--porcelain') === ''
