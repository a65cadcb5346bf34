import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseEnv } from 'node:util'
import { type Env, requireEnv, type Source } from '@latchkey/shared/env'
import { readSecretFile } from '@latchkey/shared/read-secret-file'
import { withSecretFiles } from '@latchkey/shared/secret-files'
import { ROOT } from '../launch/places.mjs'

/** What was set, by whom it will be completed, and the settings that are certain before anything runs. */
export type Settings = {
  given: Source
  env: Omit<Env, Brought>
  dataDir: string
  /** Whether the database is ours to run. */
  embedded: boolean
}

type Brought =
  | 'DATABASE_URL'
  | 'MIGRATION_DATABASE_URL'
  | 'JOBS_DATABASE_URL'
  | 'READONLY_DATABASE_URL'
  | 'SESSION_SECRET'
  | 'TOKEN_PEPPER'
  | 'ENCRYPTION_KEYS'

/** .env and the process environment, which wins, and the files that they name. Every problem in them is told at once. */
export function readSettings(
  environment: Source,
  defaults: Source = {},
  file = join(ROOT, '.env'),
): Settings {
  const set = withoutBlanks({ ...dotEnv(file), ...environment })
  const { source: given, failed } = withSecretFiles({ ...defaults, ...set }, readSecretFile)
  const env = requireEnv({ ...(isLocal(given) ? without(STAND_INS, failed) : {}), ...given }, readSecretFile)
  return {
    given,
    env,
    dataDir: resolve(ROOT, env.DATA_DIR),
    embedded: isLocal(given) && given['DATABASE_URL'] === undefined,
  }
}

/** In the place of what a local run brings by itself, so that everything else can be judged before it runs. */
const STAND_INS: Source = {
  DATABASE_URL: 'postgres://nobody@127.0.0.1/nothing',
  SESSION_SECRET: randomBytes(32).toString('base64'),
  TOKEN_PEPPER: randomBytes(32).toString('base64'),
  ENCRYPTION_KEYS: JSON.stringify({ v1: randomBytes(32).toString('base64') }),
}

/** Where an operator decides, nothing is invented. */
export const isLocal = (given: Source): boolean => ['local', 'test'].includes(given['ENV'] ?? 'local')

const dotEnv = (path: string): Source => (existsSync(path) ? parseEnv(readFileSync(path, 'utf8')) : {})

const without = (source: Source, keys: readonly string[]): Source =>
  Object.fromEntries(Object.entries(source).filter(([key]) => !keys.includes(key)))

const withoutBlanks = (source: Source): Source =>
  Object.fromEntries(Object.entries(source).filter(([, value]) => value !== undefined && value.trim() !== ''))
