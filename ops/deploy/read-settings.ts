import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { parseEnv } from 'node:util'
import type { Source } from '@latchkey/shared/env'
import { DEPLOY_ENV, loadSettings } from '../deploy-env.ts'
import { Advice } from '../launch/advice.mjs'
import type { Settings } from '../settings.ts'
import { memoryFileOf } from './memory.ts'
import type { Given } from './tool.ts'

export type DeploySettings = {
  settings: Settings
  processSettings: Source
  settingsFile: string
  /** Where this machine keeps what it knows of the environment. */
  memoryFile: string
}

/** The operator's two files: where to and what stands at the edge, and what the processes are told. */
export function readDeploySettings({ settings, env }: Given, environment: Source): DeploySettings {
  const file = settings === undefined ? DEPLOY_ENV : resolve(settings)
  return {
    settings: loadSettings(environment, file),
    settingsFile: file,
    memoryFile: memoryFileOf(file),
    processSettings: readProcessSettings(env ?? 'app.env', env !== undefined),
  }
}

/** One that was not asked for by name may be missing. */
function readProcessSettings(path: string, isWanted: boolean): Source {
  try {
    return parseEnv(readFileSync(resolve(path), 'utf8'))
  } catch (error) {
    if (!isWanted && (error as NodeJS.ErrnoException).code === 'ENOENT') return {}
    throw new Advice(`${path} cannot be read.`, 'Next: see that it is there and that you may read it.')
  }
}
