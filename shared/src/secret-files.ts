import type { Source } from './env.ts'

/** The settings that may stand in a file of their own, which `<NAME>_FILE` names. */
export const SECRET_KEYS = [
  'DATABASE_URL',
  'MIGRATION_DATABASE_URL',
  'JOBS_DATABASE_URL',
  'READONLY_DATABASE_URL',
  'ADMIN_DATABASE_URL',
  'REDIS_URL',
  'TURNSTILE_SECRET_KEY',
  'SMTP_PASS',
  'SESSION_SECRET',
  'SESSION_SECRET_PREVIOUS',
  'TOKEN_PEPPER',
  'TOKEN_PEPPER_PREVIOUS',
  'ENCRYPTION_KEYS',
  'ADMIN_PASSWORD',
] as const

/** What a file holds, or the rest of a sentence that says why nobody knows. */
export type ReadFile = (path: string) => { text: string } | { trouble: string }

/** `failed` are the settings that a file should have brought. */
export type FromFiles = { source: Source; problems: string[]; failed: string[] }

/** Where files cannot be read, such as in a browser. */
export const noFiles: ReadFile = () => ({ trouble: 'names a file where none can be read' })

/** The settings with what their files hold in the place of the files' names. Blank ones have been taken out before. */
export function withSecretFiles(
  source: Source,
  readFile: ReadFile,
  keys: readonly string[] = SECRET_KEYS,
): FromFiles {
  const whole: Record<string, string | undefined> = { ...source }
  const problems: string[] = []
  const failed: string[] = []
  for (const key of keys) {
    const path = source[`${key}_FILE`]
    if (path === undefined) continue
    const read = source[key] === undefined ? contentOf(readFile(path)) : { both: true as const }
    if ('both' in read) problems.push(`${key} and ${key}_FILE are both given; keep one of them`)
    else if ('trouble' in read) problems.push(`${key}_FILE ${read.trouble}`)
    else {
      whole[key] = read.text
      delete whole[`${key}_FILE`]
      continue
    }
    failed.push(key)
  }
  return { source: whole, problems, failed }
}

/**
 * Whoever writes a file with an editor or `echo` ends it with a line break that is no part of the secret. A file with
 * nothing in it is a value with nothing in it, and so not set: what mounts files has no other way to leave one out.
 */
function contentOf(read: ReturnType<ReadFile>): { text: string | undefined } | { trouble: string } {
  if ('trouble' in read) return read
  const text = read.text.replace(/\r?\n$/, '')
  return { text: text.trim() === '' ? undefined : text }
}
