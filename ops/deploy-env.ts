import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseEnv } from 'node:util'
import type { Source } from '@latchkey/shared/env'
import { readSecretFile } from '@latchkey/shared/read-secret-file'
import { ROOT } from './launch/places.mjs'
import {
  type ReadSettings,
  readSettings,
  SECRET_SETTING_KEYS,
  SETTING_KEYS,
  type Settings,
} from './settings.ts'
import { Unusable } from './unusable.ts'

export const DEPLOY_ENV = join(ROOT, 'deploy.env')

/** deploy.env and the environment, which wins, or all that is wrong with them in one message. */
export function loadSettings(environment: Source, path = DEPLOY_ENV): Settings {
  const read = readDeployEnv(environment, path)
  if (read.ok) return read.settings
  throw new Unusable(
    'The settings of the deploy cannot be used:',
    ...read.problems.map((problem) => `  - ${problem}`),
    'Next: set them in deploy.env (cp deploy.env.example deploy.env) or in the environment; docs/DEPLOY_SETTINGS.md explains each.',
  )
}

export function readDeployEnv(environment: Source, path = DEPLOY_ENV): ReadSettings {
  const inFile: Source = parseEnv(textOf(path))
  const read = readSettings({ ...inFile, ...only(environment) }, readSecretFile)
  const unknown = Object.keys(inFile)
    .filter((key) => !KNOWN.has(key))
    .map((key) => `${key} is in the file, and no setting of a deploy`)
  if (unknown.length === 0) return read
  return { ok: false, problems: [...unknown, ...(read.ok ? [] : read.problems)] }
}

/** The usual one may be missing: everything can stand in the environment as well. */
function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (path === DEPLOY_ENV && (error as NodeJS.ErrnoException).code === 'ENOENT') return ''
    throw new Unusable(
      `${JSON.stringify(path)} cannot be read.`,
      'Next: see that it is there and that you may read it.',
    )
  }
}

const KNOWN: ReadonlySet<string> = new Set([
  ...SETTING_KEYS,
  ...SECRET_SETTING_KEYS.map((key) => `${key}_FILE`),
])

const only = (source: Source): Source =>
  Object.fromEntries(Object.entries(source).filter(([key]) => KNOWN.has(key)))
