import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { parseEnv } from 'node:util'
import type { Source } from '@latchkey/shared/env'
import { readSecretFile } from '@latchkey/shared/read-secret-file'
import { Advice } from '../launch/advice.mjs'
import { readSettings, type Settings, SETTING_KEYS } from '../settings.ts'
import type { Given } from './tool.ts'

export type DeploySettings = { settings: Settings; processSettings: Source }

/** The operator's two files, with the environment before the first of them. */
export function readDeploySettings(given: Given, environment: Source): DeploySettings {
  const file = given.settings ?? 'deploy.env'
  const own = Object.fromEntries(
    SETTING_KEYS.flatMap((key) => [key, `${key}_FILE`]).map((key) => [key, environment[key]]),
  )
  const read = readSettings(
    { ...readEnvFile(file, given.settings !== undefined), ...withoutUnset(own) },
    readSecretFile,
  )
  if (!read.ok)
    throw new Advice(
      'The settings of the deploy cannot be used:',
      ...read.problems.map((problem) => `  - ${problem}`),
      `Next: set them in ${file} (cp deploy.env.example deploy.env) or in the environment. Nothing was run.`,
    )
  return {
    settings: read.settings,
    processSettings: readEnvFile(given.env ?? 'app.env', given.env !== undefined),
  }
}

/** One that was not asked for by name may be missing. */
function readEnvFile(path: string, isWanted: boolean): Source {
  try {
    return parseEnv(readFileSync(resolve(path), 'utf8'))
  } catch (error) {
    if (!isWanted && (error as NodeJS.ErrnoException).code === 'ENOENT') return {}
    throw new Advice(`${path} cannot be read.`, 'Next: see that it is there and that you may read it.')
  }
}

const withoutUnset = (source: Source): Source =>
  Object.fromEntries(Object.entries(source).filter(([, value]) => value !== undefined))
