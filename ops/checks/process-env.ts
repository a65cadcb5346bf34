import { existsSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { parseEnv } from 'node:util'
import { type Env, readEnv, servingProblems, type Source } from '@latchkey/shared/env'
import { readSecretFile } from '@latchkey/shared/read-secret-file'
import { type ReadFile, SECRET_KEYS } from '@latchkey/shared/secret-files'
import { asRecord } from './compose.ts'
import type { Compose, Service } from './compose-file.ts'
import { type Finding, oncePerFault, wrong } from './finding.ts'
import { interpolate } from './interpolate.ts'

export type Places = { env: string; secrets: string }

/** What each of our processes would say to its settings, if it started now as compose.yaml starts it (A15). */
export function processEnvFindings(compose: Compose, { env, secrets }: Places): Finding[] {
  if (!existsSync(env)) return [wrong(env, 'is not there', `cp .env.example ${env}, or --env PATH`)]
  const dotEnv: Source = parseEnv(readFileSync(env, 'utf8'))
  const shown = SECRET_KEYS.filter((key) => dotEnv[key]?.trim()).map((key) =>
    wrong(env, `holds ${key} (L1)`, `move it to ${join(secrets, key.toLowerCase())}, and take the line away`),
  )
  const said = ['server-a', 'server-b', 'jobs', 'migrate'].flatMap((name) => {
    const service = compose.services[name]
    if (!service) return []
    const read = readEnv(sourceOf(service, dotEnv), mountedIn(service, compose, secrets))
    const problems = read.ok ? missingToServe(name, read.env) : read.problems
    return problems.map((problem) => wrong(name, problem, nextFor(problem, { env, secrets })))
  })
  return [...shown, ...oncePerFault(said)]
}

const missingToServe = (name: string, env: Env): string[] =>
  name.startsWith('server') ? servingProblems(env) : []

/** The environment that compose would give it. */
function sourceOf({ environment, env_file }: Service, dotEnv: Source): Source {
  const own = Object.entries(asRecord(environment)).map(([key, value]): [string, string | undefined] => [
    key,
    // A key without a value is handed through.
    value === null || value === undefined ? dotEnv[key] : interpolate(String(value), dotEnv),
  ])
  return { ...(env_file === undefined ? {} : dotEnv), ...Object.fromEntries(own) }
}

/** Reads what a container would find under /run/secrets, from where compose mounts it. */
function mountedIn(service: Service, compose: Compose, secrets: string): ReadFile {
  const given = new Set(service.secrets.map((one) => (typeof one === 'string' ? one : one.source)))
  return (path) => {
    const name = basename(path)
    if (!path.startsWith('/run/secrets/')) return { trouble: 'names a file outside of /run/secrets' }
    if (!given.has(name) || !(name in compose.secrets))
      return { trouble: 'names a secret that the service is not given' }
    return readSecretFile(join(secrets, name))
  }
}

function nextFor(problem: string, { env, secrets }: Places): string {
  const [key = ''] = problem.split(' ')
  const name = key.replace(/_FILE$/, '')
  if (problem.includes('is not given')) return `add ${name.toLowerCase()} to its \`secrets\` in compose.yaml`
  if (!SECRET_KEYS.some((one) => one === name)) return `set ${key} in ${env}; docs/CONFIG.md explains it`
  return ['SMTP_PASS', 'TURNSTILE_SECRET_KEY'].includes(name)
    ? `install -m 0444 /dev/stdin ${join(secrets, name.toLowerCase())}`
    : `npm run gen-secrets -- --write ${secrets}`
}
