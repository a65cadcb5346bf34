import { chmodSync, lstatSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { parseEnv } from 'node:util'
import type { Source } from '@latchkey/shared/env'
import { readSecretFile } from '@latchkey/shared/read-secret-file'
import { Advice } from '../launch/advice.mjs'
import { readSettings } from '../settings.ts'
import { type Change, changed, withLine } from './change-list.ts'
import { entryOf } from './entry.ts'

export const LISTS = { admin: 'ADMIN_ALLOWLIST', ops: 'OPS_ALLOWLIST' } as const
export type List = keyof typeof LISTS
export type Updated = { key: string; before: string; after: string }

/** Changes the lists in one file, whole or not at all, and leaves every other line as it is. */
export function updateAllowlists(
  path: string,
  lists: readonly List[] | undefined,
  change: Change,
): Updated[] {
  if (!lstatSync(path, { throwIfNoEntry: false })?.isFile())
    throw new Advice(
      `${path} is no file.`,
      'Next: cp deploy.env.example deploy.env, and fill its first three lines',
    )
  const text = readFileSync(path, 'utf8')
  const before = parseEnv(text)
  const updated = (lists ?? inUse(before)).map((list) => {
    const key = LISTS[list]
    const value = before[key] ?? ''
    return { key, before: value, after: changed(value, change) }
  })
  const told = updated.filter(({ before, after }) => before !== after)
  const after = told.reduce((lines, { key, after }) => withLine(lines, key, after), text)
  refuseWorse(text, after)
  if (told.length > 0) replace(path, after)
  return updated
}

/** A list without its password guards nothing, and is refused beside it. */
function inUse(settings: Source): List[] {
  const lists = (Object.keys(LISTS) as List[]).filter((list) => {
    const key = `${list.toUpperCase()}_BASIC_AUTH`
    return settings[key]?.trim() || settings[`${key}_FILE`]?.trim()
  })
  if (lists.length > 0) return lists
  throw new Advice(
    'No host is guarded yet: neither ADMIN_BASIC_AUTH nor OPS_BASIC_AUTH is set.',
    'Next: htpasswd -nbB -C 12 NAME PASSWORD, and its line in single quotes as ADMIN_BASIC_AUTH in deploy.env',
  )
}

/** What was fine before must be fine afterwards. */
function refuseWorse(before: string, after: string): void {
  const [was, is] = [
    readSettings(parseEnv(before), readSecretFile),
    readSettings(parseEnv(after), readSecretFile),
  ]
  const known = was.ok ? [] : was.problems
  const worse = is.ok ? [] : is.problems.filter((problem) => !known.includes(problem))
  if (worse.length === 0) return
  throw new Advice(
    'Nothing was changed, because then:',
    ...worse.map((problem) => `  - ${problem}`),
    `Next: ${nextFor(worse)}`,
  )
}

const nextFor = (worse: readonly string[]): string =>
  worse.some((problem) => problem.includes('BASIC_AUTH'))
    ? 'give the list its BASIC_AUTH first, or name the other list alone: --list ops'
    : 'see docs/DEPLOY_SETTINGS.md'

function replace(path: string, text: string): void {
  const { mode } = lstatSync(path)
  writeFileSync(`${path}.new`, text, { mode: 0o600, flag: 'wx' })
  chmodSync(`${path}.new`, mode & 0o777)
  renameSync(`${path}.new`, path)
}

const PATIENCE_MS = 5000

/** As somebody outside sees us: a page that answers with the address of whoever asks, and with nothing else. */
export async function askForAddress(url: string): Promise<string> {
  const answer = await fetch(url, { redirect: 'error', signal: AbortSignal.timeout(PATIENCE_MS) }).catch(
    () => undefined,
  )
  const said = answer?.ok ? (await answer.text()).slice(0, 100).trim() : undefined
  if (said === undefined)
    throw new Advice(`${url} does not answer.`, 'Next: npm run update-allowlist -- --address 203.0.113.7')
  return entryOf(said)
}
