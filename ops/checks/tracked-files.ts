import { lstatSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Run } from '../deeds/run.ts'
import { Advice } from '../launch/advice.mjs'

/** A file that git keeps, as it stands in the folder now. */
export type TrackedFile = { path: string; executable: boolean; size: number; text: () => string }

/** What git calls a plain file; links and submodules hold nothing of their own. */
const PLAIN = /^100(644|755)$/

export async function trackedFiles(root: string, run: Run): Promise<TrackedFile[]> {
  const { code, stdout } = await run(['git', 'ls-files', '--stage', '-z'], { cwd: root })
  if (code !== 0) throw new Advice(`${root} is no git repository.`, `Next: cd into one, or --root DIR`)
  return stdout
    .split('\0')
    .filter(Boolean)
    .flatMap((line) => {
      const [about = '', path = ''] = line.split('\t')
      const mode = about.split(' ')[0] ?? ''
      const size = lstatSync(join(root, path), { throwIfNoEntry: false })?.size
      if (!PLAIN.test(mode) || size === undefined) return []
      return [
        { path, executable: mode === '100755', size, text: () => readFileSync(join(root, path), 'latin1') },
      ]
    })
}
