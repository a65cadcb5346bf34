import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { parseEnv } from 'node:util'
import { readEnv, type Source } from '@latchkey/shared/env'
import { DEPLOY_ENV, loadSettings } from '../deploy-env.ts'
import type { Settings } from '../settings.ts'
import { hostOrAddress } from '../shapes.ts'
import { Unusable } from '../unusable.ts'
import { memoryFileOf } from './memory.ts'
import { isPassed, isQuotable, isSecret } from './stack-files.ts'
import type { Given } from './tool.ts'

export type DeploySettings = {
  settings: Settings
  processSettings: Source
  settingsFile: string
  /** Where the settings of the processes stand. */
  envFile: string
  /** Where this machine keeps what it knows of the environment. */
  memoryFile: string
}

/** The operator's two files: where to and what stands at the edge, and what the processes are told. */
export function readDeploySettings(given: Given, environment: Source): DeploySettings {
  const { settings, env } = given
  const file = settings === undefined ? DEPLOY_ENV : resolve(settings)
  const envFile = env ?? 'app.env'
  const read = {
    settings: loadSettings(environment, file),
    settingsFile: file,
    envFile,
    memoryFile: memoryFileOf(file),
    processSettings: readProcessSettings(envFile, env !== undefined),
  }
  const problems = [...flagProblems(given), ...problemsOf(read)]
  if (problems.length === 0) return read
  throw new Unusable(
    'What the deploy was told cannot be used:',
    ...problems.map((problem) => `  - ${problem}`),
    'Next: correct it (docs/DEPLOY.md, docs/CONFIG.md) and run the same again.',
  )
}

const isHost = (value: string): boolean => hostOrAddress.safeParse(value).success

function flagProblems({ host, watch }: Given): string[] {
  return [
    ...(host === undefined || isHost(host) ? [] : ['--host must be a host name or an address']),
    ...(watch === undefined || /^\d{1,4}$/.test(watch)
      ? []
      : ['--watch must be a number of seconds such as 300']),
  ]
}

/** One that was not asked for by name may be missing. */
function readProcessSettings(path: string, isWanted: boolean): Source {
  try {
    return parseEnv(readFileSync(resolve(path), 'utf8'))
  } catch (error) {
    if (!isWanted && (error as NodeJS.ErrnoException).code === 'ENOENT') return {}
    throw new Unusable(
      `${JSON.stringify(path)} cannot be read.`,
      'Next: see that it is there and that you may read it.',
    )
  }
}

/** What the processes would refuse they refuse themselves; these two are also words of ours. */
const OURS = ['PUBLIC_URL', 'RATE_LIMIT_REDIS_PREFIX'] as const

function problemsOf({ settings, processSettings, envFile }: DeploySettings): string[] {
  const given = Object.entries(processSettings)
  const read = readEnv({ ...processSettings, ENV: settings.ENV })
  const said = read.ok ? [] : read.problems
  return [
    ...given.filter(([, value]) => value?.trim()).flatMap(([key]) => misplaced(key, envFile)),
    ...OURS.filter((key) => processSettings[key]?.trim()).flatMap((key) =>
      said.filter((problem) => problem.startsWith(`${key} `)),
    ),
    ...given
      .filter(([, value]) => !isQuotable(value ?? ''))
      .map(
        ([key]) =>
          `${JSON.stringify(key)} must hold no single quote, no control character and no \\ at its end`,
      ),
  ]
}

/** What would get nowhere is not left out without a word. */
function misplaced(key: string, envFile: string): string[] {
  const name = key.replace(/_FILE$/, '')
  if (isSecret(name))
    return [
      `${envFile} holds ${key}, and secrets are files on the host: secrets/${name.toLowerCase()} there (docs/SECRETS.md); take the line away`,
    ]
  return isPassed(key) ? [] : [`${key} is in ${envFile}, and no setting of the processes`]
}
