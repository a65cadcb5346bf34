import { readFileSync, statSync } from 'node:fs'
import type { ReadFile } from './secret-files.ts'

/** A secret is a line; what holds more than this is some other file. */
const MOST_BYTES = 64 * 1024

/** For processes, which have files. Says why one cannot be used, and never what stands in it. */
export const readSecretFile: ReadFile = (path) => {
  try {
    const file = statSync(path)
    if (!file.isFile()) return { trouble: 'names something that is not a file' }
    if (file.size > MOST_BYTES) return { trouble: 'names a file of more than 64 KB' }
    return { text: readFileSync(path, 'utf8') }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    return { trouble: REASONS[code ?? ''] ?? 'names a file that cannot be read' }
  }
}

const REASONS: Record<string, string> = {
  ENOENT: 'names a file that is not there',
  ENOTDIR: 'names a file that is not there',
  EACCES: 'names a file that this process may not read',
  EPERM: 'names a file that this process may not read',
}
