import { existsSync, readFileSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseEnv } from 'node:util'
import { BRAND } from '@latchkey/shared/brand'
import type { Source } from '@latchkey/shared/env'
import { readDeployEnv } from '../deploy-env.ts'
import { edgeSettingsOf } from '../deploy/edge-settings.ts'
import { composeFindings } from './compose.ts'
import { readCompose } from './compose-file.ts'
import { edgeFindings, nobodyFindings } from './edge.ts'
import { doubtful, type Finding, wrong } from './finding.ts'
import { processEnvFindings } from './process-env.ts'
import { secretsFindings } from './secrets.ts'

export type Ground = {
  root: string
  env: string
  compose: string
  settings: string
  secrets: string
  environment: Source
}

/** Without these there is no image and no stack. */
const FILES = [
  'Dockerfile',
  '.dockerignore',
  'package-lock.json',
  'db/expected-schema.json',
  'shared/contract/openapi.yaml',
] as const

/** Everything that is wrong, at once and with what to type next (R28). */
export function preflight(ground: Ground): Finding[] {
  const read = readCompose(ground.compose)
  return [
    ...fileFindings(ground.root),
    ...settingsFindings(ground),
    ...('findings' in read
      ? read.findings
      : [...composeFindings(read.compose, ground.compose), ...processEnvFindings(read.compose, ground)]),
    ...agreementFindings(ground),
    ...routerFindings(ground),
    ...secretsFindings(ground.secrets, dotEnv(ground)['RATE_LIMIT_REDIS_PREFIX']?.trim() || `${BRAND.slug}:`),
  ]
}

const fileFindings = (root: string): Finding[] =>
  FILES.filter((path) => !existsSync(join(root, path))).map((path) =>
    wrong(path, 'is not there', `git checkout -- ${path}`),
  )

function settingsFindings({ settings, environment }: Ground): Finding[] {
  const read = readDeployEnv(environment, settings)
  const problems = read.ok ? [] : read.problems
  const open = existsSync(settings) && process.platform !== 'win32' && (statSync(settings).mode & 0o077) !== 0
  return [
    ...problems.map((problem) =>
      wrong(settings, problem, `set it in ${settings}; docs/DEPLOY_SETTINGS.md explains it`),
    ),
    ...(open
      ? [doubtful({ where: settings, what: 'can be read by others', next: `chmod 0600 ${settings}` })]
      : []),
  ]
}

function routerFindings(ground: Ground): Finding[] {
  const { settings, environment } = ground
  const read = readDeployEnv(environment, settings)
  if (!read.ok) return []
  const [edge, there] = [edgeSettingsOf(read.settings), servicesIn(ground)]
  return [
    ...edgeFindings(edge, settings),
    ...(there.size > 0 ? nobodyFindings(edge, { there, where: settings }) : []),
  ]
}

/** Of all the files that compose is told to read; none where they cannot be read, which is said elsewhere. */
function servicesIn(ground: Ground): ReadonlySet<string> {
  const [, ...more] = (dotEnv(ground)['COMPOSE_FILE'] ?? '').split(':')
  const read = [ground.compose, ...more.map((file) => resolve(ground.root, file))].map(readCompose)
  return new Set(read.flatMap((one) => ('compose' in one ? Object.keys(one.compose.services) : [])))
}

/** What the operator says and what the processes are told, where both speak of the same thing. */
function agreementFindings({ settings, environment, ...ground }: Ground): Finding[] {
  const read = readDeployEnv(environment, settings)
  const told = dotEnv(ground)
  if (!read.ok) return []
  const { ENV, WEBSITE_DOMAIN } = read.settings
  const url = told['PUBLIC_URL'] ?? ''
  const pairs: [key: string, agrees: boolean][] = [
    ['ENV', [undefined, '', ENV].includes(told['ENV'])],
    ['WEBSITE_DOMAIN', [undefined, '', WEBSITE_DOMAIN].includes(told['WEBSITE_DOMAIN'])],
    ['PUBLIC_URL', !URL.canParse(url) || new URL(url).hostname === WEBSITE_DOMAIN],
  ]
  return pairs
    .filter(([, agrees]) => !agrees)
    .map(([key]) =>
      wrong(ground.env, `${key} is another one than in ${settings}`, `mend ${key} in one of the two`),
    )
}

const dotEnv = ({ env }: Pick<Ground, 'env'>): Source =>
  existsSync(env) ? parseEnv(readFileSync(env, 'utf8')) : {}
